"""The administrator's site: reference data and accounts. No restricted text, and nothing that has a history is edited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.text import normalise
from core.validators import validate_characters
from taskforce.models import (
    Agency,
    AgencyAlias,
    AgencyOffice,
    Country,
    LeadAgency,
    Mandate,
    Office,
    OfficeHead,
    Person,
    Seat,
    TaskForce,
    Theme,
    User,
)
from taskforce.queries import agency_called

admin.site.site_header = "Socle"
admin.site.site_title = "Socle"


class AdministratorOnly:
    """Rights here are one question: does the account administer the platform?"""

    def _allowed(self, request: HttpRequest) -> bool:
        return request.user.is_active and getattr(request.user, "is_administrator", False)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._allowed(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)


class ReadOnly(AdministratorOnly):
    """Shown, never changed: the portal's own pages begin and end these rows."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Country)
class CountryAdmin(AdministratorOnly, admin.ModelAdmin):
    list_display = ("name_fr", "iso3", "time_zone")
    search_fields = ("name_fr", "name_en", "iso3")


@admin.register(Theme)
class ThemeAdmin(AdministratorOnly, admin.ModelAdmin):
    search_fields = ("name",)


class AgencyAliasForm(forms.ModelForm):
    """Another name, refused by the name of the agency that has it."""

    class Meta:
        model = AgencyAlias
        fields = ("label",)

    def clean_label(self) -> str:
        label = self.cleaned_data["label"]
        validate_characters(label)
        agency = self.instance.agency if self.instance.agency_id else Agency()
        holder = agency_called(label, country_id=agency.country_id, other_than=agency)
        if holder is not None:
            raise ValidationError(
                _("« %(label)s » désigne déjà %(agency)s. Un nom ne mène qu’à une structure.")
                % {"label": label, "agency": holder.label}
            )
        if agency.pk and agency.aliases.filter(normalised=normalise(label)).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Cette structure porte déjà ce nom."))
        return label


class AgencyAliasInline(AdministratorOnly, admin.TabularInline):
    model = AgencyAlias
    form = AgencyAliasForm
    extra = 0


@admin.register(Agency)
class AgencyAdmin(AdministratorOnly, admin.ModelAdmin):
    list_display = ("acronym", "name_fr", "kind", "country")
    list_filter = ("kind", "country")
    list_select_related = ("country",)
    search_fields = ("acronym", "name_fr", "name_en", "aliases__label")
    autocomplete_fields = ("parent", "country")
    inlines = (AgencyAliasInline,)
    # « www.ilo.org » is https://www.ilo.org.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(AgencyOffice)
class AgencyOfficeAdmin(AdministratorOnly, admin.ModelAdmin):
    list_display = ("agency", "duty_station", "country")
    list_select_related = ("agency", "country")
    search_fields = ("agency__acronym", "duty_station")
    autocomplete_fields = ("agency", "country")


@admin.register(Person)
class PersonAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("family_name", "given_name", "agency", "job_title", "user")
    list_select_related = ("agency", "user__person")
    search_fields = ("family_name", "given_name", "email")


@admin.register(User)
class UserAdmin(AdministratorOnly, admin.ModelAdmin):
    """Accounts are opened on invitation; here they are closed, and the platform's administrators named."""

    list_display = ("email", "person", "is_active", "is_administrator", "last_login")
    list_filter = ("is_active", "is_administrator")
    list_select_related = ("person",)
    search_fields = ("email", "person__family_name")
    fields = ("email", "language", "is_active", "is_administrator", "date_joined", "last_login")
    readonly_fields = ("email", "date_joined", "last_login")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(TaskForce)
class TaskForceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "country", "kind", "state")
    list_filter = ("country", "state")
    list_select_related = ("country",)
    search_fields = ("name", "slug")


@admin.register(LeadAgency)
class LeadAgencyAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("task_force", "agency", "theme", "period")
    list_select_related = ("task_force", "agency", "theme")


@admin.register(Seat)
class SeatAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("agency", "task_force", "status", "counts", "period")
    list_filter = ("task_force", "status")
    list_select_related = ("agency", "task_force")


@admin.register(Mandate)
class MandateAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("person", "seat", "rank", "period", "end_reason")
    list_filter = ("seat__task_force",)
    list_select_related = ("person", "seat__agency", "seat__task_force")
    search_fields = ("person__family_name", "seat__agency__acronym")


@admin.register(Office)
class OfficeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("person", "role", "task_force", "country", "period")
    list_filter = ("role",)
    list_select_related = ("person", "task_force", "country")


@admin.register(OfficeHead)
class OfficeHeadAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("office", "person", "is_interim", "period")
    list_select_related = ("office__agency", "person")
