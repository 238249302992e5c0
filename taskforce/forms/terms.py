"""Forms of terms of reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from core.richtext import VersionedForm
from taskforce.enums import TermsAnswer, TermsOutcome
from taskforce.forms.fields import TEXT_LIMIT, CleanForm
from taskforce.models import Agency, TermsSection


class TitleForm(CleanForm):
    """The title of a text or of a section."""

    title = forms.CharField(label=_("Titre"), max_length=200)


class SectionForm(CleanForm, VersionedForm):
    """Title and text of a section, and the version they started from."""

    title = forms.CharField(label=_("Titre de la section"), max_length=200)

    field_order = ["base_version", "title", "body"]


class ShareForm(CleanForm):
    """Until when comments are waited for, and whether directors are asked too."""

    comments_until = FrenchDateField(label=_("Commentaires attendus jusqu’au"))
    directors = forms.BooleanField(
        label=_("Écrire aussi aux directeurs et directrices d’agence"),
        help_text=_("Chacun reçoit un lien personnel et commente sans compte."),
        required=False,
    )


class ReasonForm(CleanForm):
    """Why a step is taken back."""

    comment = forms.CharField(
        label=_("Raison"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Gardée dans l’historique."),
    )


class DiscussionForm(CleanForm):
    """Where, when and with what outcome the text was discussed."""

    event = forms.CharField(
        label=_("Occasion"), max_length=200, help_text=_("Par exemple « Réunion de l’équipe-pays ».")
    )
    forum = forms.CharField(
        label=_("Instance consultée"),
        max_length=200,
        required=False,
        help_text=_("Par exemple « Équipe-pays des Nations Unies (UNCT) »."),
    )
    held_on = FrenchDateField(label=_("Date"))
    outcome = forms.ChoiceField(
        label=_("Issue"), choices=TermsOutcome, widget=forms.RadioSelect, initial=TermsOutcome.NOTED
    )
    note = forms.CharField(
        label=_("Remarque"), max_length=TEXT_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AdoptionForm(CleanForm):
    """The record of adoption."""

    adopted_by = forms.CharField(
        label=_("Adoptés par"), max_length=200, help_text=_("Par exemple « Équipe-pays des Nations Unies ».")
    )
    adopted_event = forms.CharField(label=_("Occasion"), max_length=200, required=False)
    adopted_on = FrenchDateField(label=_("Date d’adoption"))
    adoption_note = forms.CharField(
        label=_("Remarque"), max_length=TEXT_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class SpeakingForm(CleanForm):
    """Whoever speaks, for which of the agencies he sits for; asked only when there are several."""

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        only = len(agencies) == 1
        self.fields["agency"] = forms.ChoiceField(
            label=_("Au nom de"),
            choices=[(key, str(agency)) for key, agency in self.agencies.items()],
            required=not only,
            widget=forms.HiddenInput if only else forms.Select,
        )

    @property
    def agency(self) -> Agency:
        """Of a valid form: the agency spoken for."""
        return self.agencies[self.cleaned_data["agency"] or next(iter(self.agencies))]


class CommentForm(SpeakingForm):
    """A comment on a section (by its key), or on the whole text."""

    section = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Votre commentaire"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 4})
    )

    field_order = ["section", "agency", "text"]


class RecordForm(CleanForm):
    """What an agency said otherwise (by letter, mail, in a meeting), entered by the secretariat."""

    text = forms.CharField(
        label=_("Commentaire"), max_length=TEXT_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    agreed = forms.BooleanField(label=_("L’agence est d’accord avec le texte"), required=False)

    field_order = ["agency", "section", "text", "agreed"]

    def __init__(self, *args: Any, agencies: Sequence[Agency], sections: Sequence[TermsSection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        self.sections = {str(section.pk): section for section in sections}
        self.fields["agency"] = forms.ChoiceField(
            label=_("Agence ou structure"),
            choices=[("", "—"), *((key, str(agency)) for key, agency in self.agencies.items())],
        )
        self.fields["section"] = forms.ChoiceField(
            label=_("Section"),
            choices=[("", _("Ensemble du texte")), *((key, section.title) for key, section in self.sections.items())],
            required=False,
        )
        self.order_fields(self.field_order)

    def clean(self) -> Any:
        cleaned = super().clean()
        if not self.errors and not self.cleaned_data["text"].strip() and not self.cleaned_data["agreed"]:
            self.add_error("text", _("Écrivez le commentaire reçu, ou cochez l’accord."))
        return cleaned


class AnswerForm(CleanForm):
    """What became of a comment."""

    answer = forms.ChoiceField(label=_("Suite donnée"), choices=TermsAnswer, widget=forms.RadioSelect)
    answer_text = forms.CharField(
        label=_("Réponse du secrétariat"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Un mot d’explication ; nécessaire quand le commentaire n’est pas retenu."),
    )
