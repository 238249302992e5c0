"""What a member writes before a meeting: a point to propose, the agency's update as plain text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.richtext import is_plain, richtext_to_text
from core.services.drafts import StaleVersion
from meetings.forms.common import SocleForm
from meetings.models import AgendaProposal, Meeting
from meetings.queries.contributions import update_of
from meetings.services.contributions import write_update_as_text
from meetings.services.proposals import propose_item
from taskforce.models import Agency, Person


class ProposalForm(SocleForm):
    """A point for the agenda."""

    title = forms.CharField(label=gettext_lazy("Intitulé du point"), max_length=250)
    minutes = forms.IntegerField(label=gettext_lazy("Durée (minutes)"), min_value=1, max_value=600, required=False)
    presenter = forms.CharField(label=gettext_lazy("Qui présente ?"), max_length=200, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi ce point ?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def record(self, meeting: Meeting, *, person: Person, actor: Any) -> AgendaProposal:
        """Propose the point of a valid form. Raises ValidationError (by field)."""
        return propose_item(meeting, person=person, actor=actor, **self.cleaned_data)


class UpdateTextForm(SocleForm):
    """The agency's update as plain text; a text with bold or tables stays above what is typed."""

    body = forms.CharField(
        label=gettext_lazy("Point de situation"),
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=40_000,
        strip=False,
        help_text=gettext_lazy("Une ligne vide sépare les paragraphes ; un tiret au début de la ligne fait une liste."),
    )
    base_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, meeting: Meeting, agency: Agency, data: Any = None, **kwargs: Any) -> None:
        self.meeting, self.agency = meeting, agency
        update = update_of(meeting, agency)
        body = update.body if update else ""
        # What cannot be typed as plain text is shown, and kept.
        self.kept = "" if is_plain(body) else body
        initial = {
            "body": richtext_to_text(body) if body and not self.kept else "",
            "base_version": update.version if update else 0,
        }
        # Somebody else's text, saved between the page and its answer.
        self.theirs = ""
        super().__init__(data, initial=initial, **kwargs)

    def record(self, *, actor: Any) -> None:
        """Save the text of a valid form. Raises ValidationError; after somebody else's save the form holds their text
        too, and saving again replaces it knowingly."""
        values = self.cleaned_data
        try:
            write_update_as_text(
                self.meeting, self.agency, text=values["body"], base_version=values["base_version"], actor=actor
            )
        except StaleVersion as stale:
            self.theirs = richtext_to_text(stale.theirs)
            self.data = self.data.copy()
            self.data["base_version"] = str(stale.version)
            raise ValidationError(
                _(
                    "Quelqu’un a enregistré un autre texte entre-temps. Le vôtre est gardé ici : réunissez les deux, puis envoyez."
                ),
                code="stale",
            ) from stale
