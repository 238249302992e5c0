"""Forms of the intervention sheet: what it is, and who takes part."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.forms import FrenchDateField
from interventions.enums import Halt, InterventionKind, RoleKind, TargetingMethod, Visibility
from interventions.forms.fields import AmountField, CleanForm
from interventions.models import Intervention, PolicyAxis, SdgTarget
from interventions.services.interventions import Part
from taskforce.forms.fields import AgenciesField, AgencyField
from taskforce.models import Agency, Country

BLANK = [("", "—")]
ONE_LINE = {"rows": 2}


class SheetForm(CleanForm):
    """What describes an intervention. Everything but the title may come later."""

    title = forms.CharField(label=_("Intitulé"), max_length=250)
    title_en = forms.CharField(label=_("Intitulé en anglais"), max_length=250, required=False)
    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        required=False,
        help_text=_("Celui que votre structure emploie. Laissez vide : le portail en donne un."),
    )
    kind = forms.ChoiceField(label=_("Nature"), choices=InterventionKind)
    summary = forms.CharField(
        label=_("Résumé"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    summary_en = forms.CharField(
        label=_("Résumé en anglais"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    planned_start = FrenchDateField(label=_("Début prévu"), required=False)
    planned_end = FrenchDateField(label=_("Fin prévue"), required=False, help_text="")
    actual_start = FrenchDateField(label=_("Début réel"), required=False, help_text="")
    actual_end = FrenchDateField(label=_("Fin réelle"), required=False, help_text="")
    halt = forms.ChoiceField(
        label=_("Statut"),
        choices=Halt,
        required=False,
        help_text=_("Prévue, en cours ou terminée : les dates le disent. Ne signalez ici qu’un arrêt."),
    )
    targeting_method = forms.ChoiceField(
        label=_("Méthode de ciblage"), choices=[*BLANK, *TargetingMethod.choices], required=False
    )
    vulnerability_definition = forms.CharField(
        label=_("Définition de « pauvre et vulnérable »"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Telle que votre structure l’emploie : les définitions diffèrent et sont comparées."),
    )
    registry = forms.CharField(label=_("Registre utilisé"), max_length=200, required=False)
    legal_basis = forms.CharField(label=_("Base légale"), max_length=300, required=False)
    policy_axes = forms.ModelMultipleChoiceField(
        label=_("Axes de politique"),
        queryset=PolicyAxis.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sdg_targets = forms.ModelMultipleChoiceField(
        label=_("Cibles ODD"), queryset=SdgTarget.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    currency = forms.CharField(
        label=_("Monnaie"), max_length=3, help_text=_("De tous les montants de la fiche : XOF, EUR, USD.")
    )
    visibility = forms.ChoiceField(label=_("Visibilité"), choices=Visibility)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    SECTIONS = (
        (_("L’intervention"), ("title", "kind", "code", "summary")),
        (_("Calendrier"), ("planned_start", "planned_end", "actual_start", "actual_end", "halt")),
        (_("Ciblage"), ("targeting_method", "vulnerability_definition", "registry", "legal_basis")),
        (_("Rattachement"), ("policy_axes", "sdg_targets", "currency", "visibility")),
        (_("En anglais"), ("title_en", "summary_en")),
    )

    def __init__(self, *args: Any, country: Country, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["policy_axes"].queryset = PolicyAxis.objects.filter(country=country, is_active=True).order_by(
            "policy", "number"
        )
        self.fields["policy_axes"].label_from_instance = lambda axis: (
            _now("%(policy)s, axe %(number)d : %(name)s")
            % {
                "policy": axis.policy,
                "number": axis.number,
                "name": axis.name,
            }
        )
        self.fields["sdg_targets"].queryset = SdgTarget.objects.filter(is_active=True)
        self.fields["sdg_targets"].label_from_instance = lambda target: f"{target.code} {target.name}"

    # Beside nothing else: long texts and lists of choices.
    WIDE = (
        *("title", "title_en", "summary", "summary_en", "vulnerability_definition", "policy_axes", "sdg_targets"),
        *("lead", "halt", "targeting_method", "registry", "legal_basis"),
    )
    # Folded away until one of them is used.
    MORE: tuple[str, ...] = ("sdg_targets",)

    def sections(self) -> list[tuple[Any, list[forms.BoundField], Any, list[forms.BoundField], bool]]:
        """The fields under their headings; those that are folded away apart, with their label and whether they open."""
        found = []
        for title, names in self.SECTIONS:
            first = [self[name] for name in names if name in self.fields and name not in self.MORE]
            more = [self[name] for name in names if name in self.MORE]
            found.append((title, first, self.more_label(more), more, self.more_open(more)))
        return found

    def more_label(self, more: list[forms.BoundField]) -> str:
        if not more or more[0].name != "sdg_targets":
            return ""
        chosen = len(more[0].value() or ())
        told = ngettext("Cibles des ODD (%(n)d choisie)", "Cibles des ODD (%(n)d choisies)", chosen) % {"n": chosen}
        return told if chosen else _now("Cibles des ODD")

    def more_open(self, more: list[forms.BoundField]) -> bool:
        """A long list of boxes says in its label how many are ticked."""
        return any(bound.errors or (bound.name != "sdg_targets" and bound.value()) for bound in more)

    @property
    def facts(self) -> dict[str, Any]:
        """What `create_intervention` and `edit_intervention` take; an empty code stays as it was."""
        facts = {name: self.cleaned_data[name] for name in self.cleaned_data if name in SheetForm.base_fields}
        if not facts["code"]:
            del facts["code"]
        return facts

    @staticmethod
    def initial_of(intervention: Intervention) -> dict[str, Any]:
        """The values of a sheet, to begin with."""
        names = [name for name in SheetForm.base_fields if name not in ("policy_axes", "sdg_targets")]
        return {
            **{name: getattr(intervention, name) for name in names},
            "policy_axes": [axis.pk for axis in intervention.policy_axes.all()],
            "sdg_targets": [target.pk for target in intervention.sdg_targets.all()],
        }


class NewSheetForm(SheetForm):
    """A new sheet, with who takes part; shares are told on a page of their own."""

    lead = AgencyField(label=_("Structure responsable"))
    funders = AgenciesField(label=_("Financement"), required=False)
    implementers = AgenciesField(label=_("Mise en œuvre"), required=False)
    extending = AgenciesField(label=_("Intermédiaires"), required=False)
    ministries = AgenciesField(label=_("Ministère de tutelle"), required=False)

    SECTIONS = (
        SheetForm.SECTIONS[0],
        (_("Qui y prend part"), ("lead", "funders", "implementers", "extending", "ministries")),
        *SheetForm.SECTIONS[1:],
    )
    MORE = (*SheetForm.MORE, "funders", "implementers", "extending", "ministries")
    KINDS = {
        "funders": RoleKind.FUNDER,
        "implementers": RoleKind.IMPLEMENTER,
        "extending": RoleKind.EXTENDING,
        "ministries": RoleKind.MINISTRY,
    }

    def __init__(self, *args: Any, leads: QuerySet[Agency], agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = leads
        if not leads.query.is_sliced:
            only = list(leads[:2])
            if len(only) == 1:
                self.fields["lead"].initial = only[0].pk
        for name in self.KINDS:
            self.fields[name].queryset = agencies
        del self.fields["version"]

    def more_label(self, more: list[forms.BoundField]) -> str:
        return super().more_label(more) or _now("Financement, mise en œuvre, intermédiaires, tutelle")

    @property
    def who(self) -> list[Part]:
        """Who takes part, as `create_intervention` takes it."""
        data = self.cleaned_data
        found = [Part(data["lead"], RoleKind.ACCOUNTABLE)]
        for name, kind in self.KINDS.items():
            found += [Part(agency, kind) for agency in data[name]]
        return found


class RoleForm(CleanForm):
    """One agency, one role, maybe a share."""

    agency = AgencyField(label=_("Structure"), required=False)
    kind = forms.ChoiceField(label=_("Rôle"), choices=[*BLANK, *RoleKind.choices], required=False)
    share = AmountField(label=_("Part (%)"), required=False, min_value=Decimal(0), max_value=Decimal(100), max_digits=5)

    def clean(self) -> Any:
        cleaned = super().clean()
        data = self.cleaned_data
        if "agency" in self.errors or "kind" in self.errors:
            return cleaned
        if data.get("agency") and not data.get("kind"):
            self.add_error("kind", _("Choisissez le rôle de cette structure."))
        if data.get("kind") and not data.get("agency"):
            self.add_error("agency", _("Choisissez la structure qui tient ce rôle, ou effacez le rôle."))
        return cleaned


class RolesFormSet(forms.BaseFormSet):
    """The roles of a sheet; an emptied line is a role taken away."""

    agencies: QuerySet[Agency]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        # A line that nobody touched is read like the others: it is a role that stays.
        return {**super().get_form_kwargs(index), "empty_permitted": False}

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["agency"].queryset = self.agencies  # type: ignore[attr-defined]
        form.fields["agency"].widget.choices = self._choices()

    def _choices(self) -> list[tuple[Any, str]]:
        """Read once for all lines."""
        kept = self.__dict__.get("_kept")
        if kept is None:
            kept = self.__dict__["_kept"] = [("", "—"), *((agency.pk, agency.label) for agency in self.agencies)]
        return kept

    @property
    def who(self) -> list[Part]:
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("agency")]
        return [Part(row["agency"], row["kind"], row["share"]) for row in rows]


def roles_formset(*args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> RolesFormSet:
    """The lines of the roles and four more, of which any may stay empty."""
    kind: Any = forms.formset_factory(RoleForm, formset=RolesFormSet, extra=2, max_num=200, absolute_max=200)
    made = kind.__new__(kind)
    made.agencies = agencies
    made.__init__(*args, prefix="roles", **kwargs)
    return made


class ReasonForm(CleanForm):
    """Why a sheet goes back to its agency."""

    reason = forms.CharField(
        label=_("Motif"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("La structure le lit sur la fiche. Dites ce qui est à corriger."),
    )


class FlagForm(CleanForm):
    """What the agency is asked to look at."""

    text = forms.CharField(
        label=_("À revoir"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "La structure le lit sur la fiche et sur son accueil ; la fiche reste publiée. "
            "Effacez le texte pour retirer le signalement."
        ),
    )


def by_kind(parts: Iterable[Any]) -> dict[str, list[Any]]:
    """Roles under their label, in the order of RoleKind with the lead first."""
    order = [RoleKind.ACCOUNTABLE, RoleKind.FUNDER, RoleKind.EXTENDING, RoleKind.IMPLEMENTER, RoleKind.MINISTRY]
    rows = list(parts)
    return {kind.label: found for kind in order if (found := [row for row in rows if row.kind == kind])}
