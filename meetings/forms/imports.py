"""Bringing documents of the past in: several files at once, or pasted text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.forms.common import SocleForm
from meetings.services.imports import MOST_BYTES, MOST_FILES, SUFFIXES, Incoming, plain_name

# All are held in memory at once.
MOST_TOGETHER = 100_000_000
ACCEPTED = ",".join(SUFFIXES)


class FilesInput(forms.ClearableFileInput):
    """A plain box for several files: nothing was stored before, nothing is to be cleared."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files; each is checked, and all refusals are told at once."""

    widget = FilesInput(attrs={"accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(files) > MOST_FILES:
            raise ValidationError(
                _("%(count)d fichiers à la fois, c’est trop : %(most)d au plus. Faites plusieurs envois.")
                % {"count": len(files), "most": MOST_FILES}
            )
        if sum(one.size or 0 for one in files) > MOST_TOGETHER:
            raise ValidationError(
                _("Ces fichiers font ensemble plus de %(limit)d Mo. Faites plusieurs envois.")
                % {"limit": MOST_TOGETHER // 1_000_000}
            )
        errors = [error for one in files if (error := _refusal(one))]
        if errors:
            raise ValidationError(errors)
        return files


def _refusal(file: UploadedFile) -> str:
    name = plain_name(file.name or "")
    told = {"name": name, "limit": MOST_BYTES // 1_000_000}
    if not file.size:
        return _("« %(name)s » est vide.") % told
    if file.size > MOST_BYTES:
        return (
            _("« %(name)s » dépasse %(limit)d Mo. Importez seulement le compte rendu, sans ses annexes ni ses images.")
            % told
        )
    lowered = name.lower()
    if lowered.endswith((".doc", ".dot")):
        return (
            _(
                "« %(name)s » est dans l’ancien format de Word (.doc). Ouvrez-le dans Word ou LibreOffice, "
                "enregistrez-le au format .docx, puis importez-le."
            )
            % told
        )
    if lowered.endswith(".docm"):
        return (
            _("« %(name)s » peut contenir des macros (.docm). Enregistrez-le au format .docx, puis importez-le.") % told
        )
    if not lowered.endswith(SUFFIXES):
        return (
            _("« %(name)s » n’est pas d’un format lu ici. Enregistrez-le au format .docx, .txt ou .pdf (avec texte).")
            % told
        )
    return ""


class UploadForm(SocleForm):
    """Files, a text, or both."""

    files = FilesField(
        label=gettext_lazy("Fichiers"),
        required=False,
        help_text=gettext_lazy("Un ou plusieurs fichiers .docx, .txt ou .pdf (avec texte), 30 Mo au plus chacun."),
    )
    text = forms.CharField(
        label=gettext_lazy("Ou le texte d’un compte rendu"),
        required=False,
        max_length=2_000_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("Copiez-le depuis un courriel ou un document, et collez-le ici."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if not cleaned.get("files") and not cleaned.get("text", "").strip():
            raise ValidationError(_("Choisissez un fichier, ou collez le texte d’un compte rendu."))
        return cleaned

    def incoming(self) -> list[Incoming]:
        """What was sent, in order."""
        found = [Incoming(file.name or "", file.read()) for file in self.cleaned_data["files"]]
        if text := self.cleaned_data["text"].strip():
            first = next((line.strip() for line in text.splitlines() if line.strip()), "")
            name = _("Texte collé")
            found.append(Incoming(f"{name} - {first[:60]}.txt".replace("/", "-"), text.encode()))
        return found
