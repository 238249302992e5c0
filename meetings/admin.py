"""Meetings in the administration: what an administrator checks when something is amiss; no restricted text."""

from django.contrib import admin
from django.db import models

from meetings.models import Meeting, MeetingSeries, ReceivedReply


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shown, never changed here: a change has its service, its rights and its history."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.is_active and request.user.is_staff


@admin.register(MeetingSeries)
class MeetingSeriesAdmin(ReadOnlyAdmin):
    list_display = ["task_force", "rrule", "starts_on", "until", "start_time", "sequence"]
    list_filter = ["task_force"]
    list_select_related = ["task_force"]


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    list_display = ["task_force", "starts_at", "kind", "state", "series", "slot", "sequence"]
    list_filter = ["task_force", "state", "kind"]
    list_select_related = ["task_force", "series__task_force"]
    date_hierarchy = "starts_at"
    fields = ["task_force", "kind", "series", "slot", "starts_at", "ends_at", "state", "uid", "sequence", "created_at"]


@admin.register(ReceivedReply)
class ReceivedReplyAdmin(ReadOnlyAdmin):
    """What the mailbox of answers brought, strangers’ included; not what people wrote to the secretariat."""

    list_display = ["created_at", "sender", "outcome", "reason", "task_force"]
    list_filter = ["outcome", "task_force"]
    list_select_related = ["task_force"]
    fields = ["created_at", "message_id", "sender", "attendee", "uid", "outcome", "reason", "task_force"]
