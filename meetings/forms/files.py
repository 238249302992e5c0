"""A file to join to a meeting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.uploads import ACCEPTED
from meetings.forms.common import SocleForm
from meetings.models import AgendaItem


class AttachmentForm(SocleForm):
    """A file, and the point it belongs to. What the file holds is checked by the service."""

    # Empty files get the service's own words.
    file = forms.FileField(label=gettext_lazy("Fichier"), allow_empty_file=True)
    item = forms.ModelChoiceField(
        label=gettext_lazy("Point de l’ordre du jour"),
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label=gettext_lazy("Toute la réunion"),
        help_text=gettext_lazy(
            "Le fichier d’un point à diffusion restreinte n’est lu que par ceux qui lisent ce point."
        ),
    )

    def __init__(self, items: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items
        self.fields["file"].help_text = ACCEPTED.upper()
        self.fields["file"].widget.attrs["accept"] = ",".join(f".{one}" for one in ACCEPTED.split(", ")) + ",.jpeg"


class SignedSheetForm(SocleForm):
    sheet = forms.FileField(
        label=gettext_lazy("Fichier"),
        allow_empty_file=True,
        help_text=gettext_lazy("La numérisation ou la photo : PDF, JPEG ou PNG, 10 Mo au plus."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
