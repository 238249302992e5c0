"""Forms that take a file: a list of places, limits for the map."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.uploads import check_upload
from interventions.enums import UnitLevel
from interventions.forms.fields import CleanForm


class FileForm(CleanForm):
    """A form whose `file` is read from disk: `path()` is good as long as the form is."""

    _copy: Any = None

    def path(self) -> Path:
        file: UploadedFile = self.cleaned_data["file"]
        if isinstance(file, TemporaryUploadedFile):
            return Path(file.temporary_file_path())
        self._copy = tempfile.NamedTemporaryFile(prefix="socle-", suffix=Path(file.name or "").suffix)
        file.seek(0)
        for chunk in file.chunks():
            self._copy.write(chunk)
        self._copy.flush()
        return Path(self._copy.name)


class UnitListForm(FileForm):
    file = forms.FileField(
        label=_("Fichier"),
        allow_empty_file=True,
        help_text=_("CSV ou XLSX, avec les colonnes ADM1_PCODE, ADM1_FR, ADM2_PCODE, ADM2_FR… ou level, pcode, name."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        checked = check_upload(file)
        if checked.extension not in ("csv", "xlsx"):
            raise ValidationError(_now("Il faut un fichier CSV ou Excel (.xlsx)."))
        return file


class BoundaryForm(FileForm):
    """Limits of one level, with what is printed below every map drawn from them."""

    file = forms.FileField(
        label=_("Fichier"),
        allow_empty_file=True,
        help_text=_("GeoJSON en longitude et latitude, un P-code par forme ; 30 Mo au plus."),
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json"}),
    )
    level = forms.TypedChoiceField(
        label=_("Niveau"),
        choices=[(int(level), level.label) for level in (UnitLevel.REGION, UnitLevel.DEPARTMENT)],
        coerce=int,
        initial=int(UnitLevel.DEPARTMENT),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=150,
        help_text=_("Imprimée sous chaque carte, par exemple « OCHA, COD-AB Niger »."),
    )
    licence = forms.CharField(
        label=_("Licence"),
        max_length=200,
        help_text=_("Celle sous laquelle le fichier est publié, par exemple CC BY-IGO."),
    )
    vintage = forms.CharField(
        label=_("Millésime"),
        max_length=40,
        required=False,
        help_text=_("La liste dont le fichier emploie les P-codes, si vous la connaissez : 2023, v02…"),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if not file.size:
            raise ValidationError(_now("Ce fichier est vide (0 octet). Choisissez-en un autre."))
        return file
