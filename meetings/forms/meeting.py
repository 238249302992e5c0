"""Forms of one meeting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from meetings.enums import MeetingKind, MeetingState, MinutesState
from meetings.forms.common import (
    AgencyChoiceField,
    PersonChoiceField,
    SocleForm,
    WhenMixin,
    meeting_when,
    when_initial,
)
from meetings.models import Meeting
from meetings.queries.specialists import leads_for
from taskforce.models import TaskForce, Theme
from taskforce.queries import french_order


class PlaceMixin(forms.Form):
    place = forms.CharField(label=_("Lieu"), max_length=200, required=False)
    link = forms.URLField(label=_("Lien de visioconférence"), required=False, assume_scheme="https", max_length=200)


class ThemeMixin(forms.Form):
    """The theme, free, with the portal's own proposed: one of them brings its lead and its specialists."""

    theme = forms.CharField(
        label=_("Thème"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "themes", "autocomplete": "off"}),
        help_text=_("Un thème connu du portail propose son chef de file et ses spécialistes."),
    )

    @property
    def theme_names(self) -> list[str]:
        return list(Theme.objects.order_by(*french_order("name")).values_list("name", flat=True))


class PeopleMixin(forms.Form):
    """Who leads and who writes; the lists are those of the body."""

    def add_people(self, body: TaskForce) -> None:
        self.fields["lead_agency"] = AgencyChoiceField(
            body, label=_("Chef de file"), help_text=_("L’agence qui mène la réunion, selon le thème.")
        )
        self.fields["chair"] = PersonChoiceField(body, label=_("Présidence de séance"))
        self.fields["rapporteur"] = PersonChoiceField(
            body,
            label=_("Rapporteur ou rapporteuse"),
            help_text=_(
                "Cette personne pourra tout noter : ordre du jour, présences, compte rendu, décisions et actions."
            ),
        )


class MeetingForm(WhenMixin, PlaceMixin, ThemeMixin, PeopleMixin, SocleForm):
    """A new meeting: of the rule, extraordinary, or one of the past to enter into the archives."""

    kind = forms.ChoiceField(label=_("Nature"), choices=MeetingKind, widget=forms.RadioSelect)

    def __init__(self, body: TaskForce, *args: Any, **kwargs: Any) -> None:
        self.body = body
        super().__init__(*args, **kwargs)
        self.add_people(body)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_at = cleaned.get("starts_at")
        if starts_at and cleaned.get("kind") == MeetingKind.HISTORICAL and starts_at > timezone.now():
            self.add_error("date", _("Une réunion passée (archives) a déjà eu lieu. Corrigez la date ou la nature."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        names = ("kind", "starts_at", "ends_at", "place", "link", "theme", "lead_agency", "chair", "rapporteur")
        return {name: self.cleaned_data[name] for name in names}


class MeetingFactsForm(ThemeMixin, PeopleMixin, SocleForm):
    """What may change without anybody being told."""

    kind = forms.ChoiceField(label=_("Nature"), choices=MeetingKind, widget=forms.RadioSelect)

    def __init__(self, meeting: Meeting, *args: Any, **kwargs: Any) -> None:
        names = ("kind", "theme", "lead_agency", "chair", "rapporteur")
        initial = {name: getattr(meeting, name) for name in names}
        proposed = leads_for(meeting) if meeting.lead_agency_id is None and meeting.theme else []
        if proposed:
            initial["lead_agency"] = proposed[0]
        super().__init__(*args, initial=initial, **kwargs)
        self.add_people(meeting.task_force)
        if proposed:
            self.fields["lead_agency"].help_text = _("Proposé d’après le thème : enregistrez pour le retenir.")
        if meeting.state != MeetingState.DRAFT:
            # Convened or held, a meeting neither enters the archives nor leaves them.
            allowed = (
                [MeetingKind.HISTORICAL] if meeting.is_historical else [MeetingKind.ORDINARY, MeetingKind.EXTRAORDINARY]
            )
            self.fields["kind"].choices = [(kind.value, kind.label) for kind in allowed]


class MoveForm(WhenMixin, PlaceMixin, SocleForm):
    """Another date, time or place."""

    def __init__(self, meeting: Meeting, *args: Any, **kwargs: Any) -> None:
        self.body = meeting.task_force
        initial = meeting_when(meeting) | {"place": meeting.place, "link": meeting.link}
        super().__init__(*args, initial=initial, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("starts_at", "ends_at", "place", "link")}


class TimesForm(WhenMixin, SocleForm):
    """The real times of a meeting held: those noted, or the planned ones."""

    def __init__(self, meeting: Meeting, *args: Any, **kwargs: Any) -> None:
        self.body = meeting.task_force
        zone = meeting.task_force.tz
        starts_at, ends_at = meeting.started_at or meeting.starts_at, meeting.ended_at or meeting.ends_at
        super().__init__(*args, initial=when_initial(starts_at.astimezone(zone), ends_at.astimezone(zone)), **kwargs)
        self.fields["start_time"].label = _("Début réel")
        self.fields["end_time"].label = _("Fin réelle")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "starts_at" in cleaned and cleaned["starts_at"] > timezone.now():
            self.add_error("date", _("Une réunion tenue a déjà commencé. Corrigez la date ou l’heure."))
        return cleaned


class ReasonForm(SocleForm):
    reason = forms.CharField(
        label=_("Motif"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReopenForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].help_text = _("Il restera dans l’historique de la réunion.")


class NextMeetingForm(WhenMixin, SocleForm):
    """The meeting that follows, with its theme."""

    theme = forms.CharField(label=_("Thème"), max_length=200, required=False)
    place = forms.CharField(label=_("Lieu"), max_length=200, required=False)

    field_order = ["theme", "date", "start_time", "end_time", "ends_next_day", "place"]

    def __init__(self, meeting: Meeting, *args: Any, **kwargs: Any) -> None:
        self.body = meeting.task_force
        super().__init__(*args, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("starts_at", "ends_at", "theme", "place")}


class MeetingFilterForm(forms.Form):
    """The list's filters; a value that is none of the choices filters nothing."""

    q = forms.CharField(label=_("Thème ou lieu"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("État"), required=False, choices=[("", _("Tous")), *MeetingState.choices])
    minutes = forms.ChoiceField(
        label=_("Compte rendu"), required=False, choices=[("", _("Tous")), ("none", _("Aucun")), *MinutesState.choices]
    )


class LastDayForm(SocleForm):
    """The last day of a calendar."""

    last_day = FrenchDateField(label=_("Dernier jour"))
