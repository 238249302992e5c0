"""Addresses of meetings. Lists and creation stand under the body, the rest under the object."""

from django.urls import include, path

from meetings.views import agenda, attendance, convening, course, guests, meetings, register, series

app_name = "meetings"
urlpatterns = [
    path("<slug:slug>/reunions/", meetings.meeting_list, name="meeting_list"),
    path("<slug:slug>/reunions/nouvelle/", meetings.meeting_add, name="meeting_add"),
    path("<slug:slug>/reunions/a-venir.ics", meetings.meeting_calendar, name="meeting_calendar"),
    path("<slug:slug>/calendrier/", series.series_list, name="series_list"),
    path("<slug:slug>/calendrier/nouveau/", series.series_add, name="series_add"),
    path("<slug:slug>/calendrier/apercu/", series.series_preview, name="series_preview"),
    path("calendriers/<int:pk>/modifier/", series.series_edit, name="series_edit"),
    path("calendriers/<int:pk>/fin/", series.series_end, name="series_end"),
    path("calendriers/<int:pk>/annee/<int:year>/", series.series_year, name="series_year"),
    path("reunions/<int:pk>/", meetings.meeting_detail, name="meeting_detail"),
    path("reunions/<int:pk>/reunion.ics", meetings.meeting_ics, name="meeting_ics"),
    path("reunions/<int:pk>/modifier/", meetings.meeting_edit, name="meeting_edit"),
    path("reunions/<int:pk>/deplacer/", convening.meeting_move, name="meeting_move"),
    path("reunions/<int:pk>/horaires/", course.meeting_times, name="meeting_times"),
    path("reunions/<int:pk>/convoquer/", convening.convene, name="convene"),
    path("reunions/<int:pk>/annuler/", convening.meeting_cancel, name="meeting_cancel"),
    path("reunions/<int:pk>/reporter/", convening.meeting_postpone, name="meeting_postpone"),
    path("reunions/<int:pk>/commencer/", course.meeting_start, name="meeting_start"),
    path("reunions/<int:pk>/terminer/", course.meeting_end, name="meeting_end"),
    path("reunions/<int:pk>/clore/", course.meeting_close, name="meeting_close"),
    path("reunions/<int:pk>/rouvrir/", course.meeting_reopen, name="meeting_reopen"),
    path("reunions/<int:pk>/prochaine/", meetings.next_meeting, name="next_meeting"),
    path("reunions/<int:pk>/ordre-du-jour/", agenda.agenda_edit, name="agenda_edit"),
    path("reunions/<int:pk>/ordre-du-jour/ordre/", agenda.agenda_reorder, name="agenda_reorder"),
    path("reunions/<int:pk>/ordre-du-jour/permanent/", agenda.agenda_standing, name="agenda_standing"),
    path("reunions/<int:pk>/ordre-du-jour/traite/", agenda.agenda_treated, name="agenda_treated"),
    path("reunions/<int:pk>/ordre-du-jour/<int:item_pk>/", agenda.agenda_item_edit, name="agenda_item_edit"),
    path("reunions/<int:pk>/ordre-du-jour/<int:item_pk>/agir/", agenda.agenda_item_act, name="agenda_item_act"),
    path("reunions/<int:pk>/presences/", attendance.attendance_edit, name="attendance_edit"),
    path("reunions/<int:pk>/presences/compte/", attendance.attendance_count, name="attendance_count"),
    path("reunions/<int:pk>/decisions/nouvelle/", register.decision_add, name="decision_add"),
    path("reunions/<int:pk>/decisions/<int:decision_pk>/", register.decision_edit, name="decision_edit"),
    path("reunions/<int:pk>/decisions/<int:decision_pk>/retirer/", register.decision_remove, name="decision_remove"),
    path("reunions/<int:pk>/actions/nouvelle/", register.action_add, name="action_add"),
    path("reunions/<int:pk>/actions/<int:action_pk>/", register.action_edit, name="action_edit"),
    path("reunions/<int:pk>/actions/<int:action_pk>/retirer/", register.action_remove, name="action_remove"),
    path("reunions/<int:pk>/inviter/", guests.guest_invite, name="guest_invite"),
    path("reunions/<int:pk>/chef-de-file/", guests.lead_accept, name="lead_accept"),
    path("reunions/<int:pk>/activites/", guests.activity_links, name="activity_links"),
    path("activites/<int:pk>/reunions/", guests.activity_meetings, name="activity_meetings"),
    path("", include("meetings.urls_answers")),
    # Minutes and the round table have their own list.
    path("", include("meetings.urls_minutes")),
    path("", include("meetings.urls_replies")),
]
