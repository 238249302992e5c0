"""The form of a director's page: a box under each section, and « nous sommes d'accord »."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from taskforce.forms.fields import TEXT_LIMIT, CleanForm
from taskforce.models import TermsSection


def _box(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=TEXT_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class DirectorForm(CleanForm):
    """Comments by section, one on the whole text, and agreement: at least one of them."""

    agreed = forms.BooleanField(label=gettext_lazy("Nous sommes d’accord avec ce texte"), required=False)

    def __init__(self, *args: Any, sections: Sequence[TermsSection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections
        for section in sections:
            self.fields[f"section_{section.pk}"] = _box(
                _("Votre commentaire sur « %(title)s »") % {"title": section.title}
            )
        self.fields["general"] = _box(_("Votre commentaire sur l’ensemble du texte"))
        self.order_fields([*(f"section_{section.pk}" for section in sections), "general", "agreed"])

    def clean(self) -> Any:
        cleaned = super().clean()
        if not self.errors and not any(self.cleaned_data.values()):
            raise forms.ValidationError(
                _("Écrivez au moins un commentaire, ou cochez « Nous sommes d’accord avec ce texte »."), code="empty"
            )
        return cleaned

    @property
    def comments(self) -> list[tuple[TermsSection | None, str]]:
        """Of a valid form: what was written, and about which section."""
        typed = [(section, self.cleaned_data[f"section_{section.pk}"]) for section in self.sections]
        return [(section, text) for section, text in [*typed, (None, self.cleaned_data["general"])] if text]

    def rows(self) -> list[tuple[TermsSection, BoundField]]:
        """Each section with its box, for the template."""
        return [(section, self[f"section_{section.pk}"]) for section in self.sections]
