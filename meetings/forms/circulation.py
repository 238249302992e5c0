"""Forms of what becomes of minutes: shared, observed, adopted, rectified, verified."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import FrenchDateField
from core.richtext import RichTextField, VersionedForm
from core.typography import date_fr
from meetings.canonical import Place
from meetings.enums import AdoptionMode
from meetings.forms.common import SocleForm
from meetings.models import Meeting
from taskforce.models import Agency

MOST_BYTES = 10 * 1024 * 1024


class ShareForm(SocleForm):
    until = FrenchDateField(
        label=gettext_lazy("Observations attendues jusqu’au"),
        help_text=gettext_lazy("Ce jour est compris. Après, seul le secrétariat enregistre encore une observation."),
    )


class ReasonForm(SocleForm):
    comment = forms.CharField(
        label=gettext_lazy("Raison"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Gardée dans l’historique."),
    )


class AgencyModelField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Agency) -> str:
        return obj.label


class CorrectionForm(SocleForm, VersionedForm):
    """An observation: for which agency, the text proposed or the remark, and a word of explanation."""

    note = forms.CharField(
        label=gettext_lazy("Explication"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Pourquoi ce changement, en une phrase."),
    )

    field_order = ["agency", "base_version", "body", "note"]
    # Asked for by the service, which says it better.
    needed = ("body",)

    def __init__(self, *args: Any, agencies: QuerySet[Agency], is_remark: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"] = AgencyModelField(agencies, label=gettext_lazy("Au nom de"), empty_label="—")
        if agencies.count() == 1:
            self.fields["agency"].initial = agencies[0]
        if is_remark:
            self.fields["body"].label = gettext_lazy("Votre remarque")
            del self.fields["note"]
        else:
            self.fields["body"].label = gettext_lazy("Le texte que vous proposez")
        self.order_fields(self.field_order)


class AcceptForm(SocleForm, VersionedForm):
    """The text to be written, as the secretariat settles it."""

    needed = ("body",)

    answer = forms.CharField(
        label=gettext_lazy("Réponse à l’auteur"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    tell_members = forms.BooleanField(label=gettext_lazy("Prévenir aussi les membres"), required=False)

    def __init__(self, *args: Any, has_text: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_text:
            self.fields["body"].label = gettext_lazy("Texte retenu")
        else:
            for name in ("body", "base_version", "tell_members"):
                del self.fields[name]


class RefuseForm(SocleForm):
    answer = forms.CharField(
        label=gettext_lazy("Raison"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Envoyée à l’auteur de l’observation."),
    )


class MeetingField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Meeting) -> str:
        return _("Réunion du %(day)s") % {"day": date_fr(obj.date)}


class AdoptForm(SocleForm):
    mode = forms.ChoiceField(label=gettext_lazy("Adopté"), choices=())
    at_meeting = MeetingField(
        Meeting.objects.none(), label=gettext_lazy("À la réunion"), required=False, empty_label="—"
    )
    adopted_on = FrenchDateField(label=gettext_lazy("Date de l’adoption"))
    votes_for = forms.IntegerField(label=gettext_lazy("Voix pour"), required=False, min_value=0, max_value=999)
    votes_against = forms.IntegerField(label=gettext_lazy("Voix contre"), required=False, min_value=0, max_value=999)
    abstentions = forms.IntegerField(label=gettext_lazy("Abstentions"), required=False, min_value=0, max_value=999)
    remarks = forms.CharField(
        label=gettext_lazy("Remarques"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, meetings: QuerySet[Meeting], tacit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at_meeting"].queryset = meetings  # type: ignore[attr-defined]
        choices = [choice for choice in AdoptionMode.choices if tacit or choice[0] != AdoptionMode.TACIT]
        self.fields["mode"].choices = choices  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, Any]:
        """What `adopt_minutes` takes."""
        data = self.cleaned_data
        votes = {name: data[name] for name in ("votes_for", "votes_against", "abstentions")}
        return {name: data[name] for name in ("mode", "at_meeting", "adopted_on", "remarks")} | {"votes": votes}


class ErratumForm(SocleForm):
    base_version = forms.IntegerField(min_value=1, max_value=32767, widget=forms.HiddenInput)
    body = RichTextField(label=gettext_lazy("Texte rectifié"))
    reason = forms.CharField(label=gettext_lazy("Raison"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))


class PlaceForm(SocleForm):
    place = forms.ChoiceField(label=gettext_lazy("Passage à rectifier"), choices=())

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [(place.key, place.title) for place in places]  # type: ignore[attr-defined]


class VerificationForm(SocleForm):
    """A fingerprint, or the file itself: read for its fingerprint, never kept."""

    fingerprint = forms.CharField(
        label=gettext_lazy("Empreinte SHA-256"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Les 64 caractères imprimés à la fin du document."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    document = forms.FileField(
        label=gettext_lazy("ou le fichier lui-même"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("PDF ou DOCX, 10 Mo au plus. Le fichier est lu, jamais gardé."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx"}),
    )

    def clean_fingerprint(self) -> str:
        value = re.sub(r"[\s:.-]", "", self.cleaned_data["fingerprint"]).lower()
        if value and not re.fullmatch(r"[0-9a-f]{64}", value):
            raise ValidationError(
                _("Une empreinte compte 64 caractères, chiffres et lettres de a à f. Recopiez-la en entier.")
            )
        return value

    def clean_document(self) -> Any:
        sent = self.cleaned_data["document"]
        if sent is None:
            return None
        if sent.size > MOST_BYTES:
            raise ValidationError(_("Ce fichier dépasse 10 Mo : aucun document du portail n’est si grand."))
        if sent.size == 0:
            raise ValidationError(_("Ce fichier est vide."))
        return sent

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("fingerprint") and not cleaned.get("document"):
            self.add_error("fingerprint", _("Collez une empreinte ou choisissez un fichier."))
        return cleaned
