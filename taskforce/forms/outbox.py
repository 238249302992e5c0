"""Which mails of the outbox to show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import CharactersMixin, FrenchDateField
from core.models import Bounce, EmailState, OutgoingEmail
from taskforce.models import TaskForce

# Not a state of the row: it left, and came back.
RETURNED = "retour"
BOUNCED = Q(state=EmailState.SENT) & Exists(Bounce.objects.filter(email=OuterRef("pk")))


class OutboxFilter(CharactersMixin, forms.Form):
    """State, kind, recipient, days. What is not understood filters nothing, and says so."""

    etat = forms.ChoiceField(
        label=gettext_lazy("État"),
        required=False,
        choices=[("", gettext_lazy("Tous")), *EmailState.choices, (RETURNED, gettext_lazy("Revenu"))],
    )
    courriel = forms.ChoiceField(label=gettext_lazy("Courriel"), required=False)
    destinataire = forms.CharField(label=gettext_lazy("Destinataire"), required=False, max_length=200)
    du = FrenchDateField(label=gettext_lazy("Du"), required=False, help_text="")
    au = FrenchDateField(label=gettext_lazy("Au"), required=False, help_text="")

    def __init__(self, *args: Any, kinds: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["courriel"].choices = [("", _("Tous")), *kinds]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("du"), cleaned.get("au")
        if first and last and last < first:
            self.add_error("au", ValidationError(_("La fin de la période précède son début. Corrigez l’une des deux.")))
        return cleaned

    @property
    def is_active(self) -> bool:
        return any(self.cleaned_data.values())

    def apply(self, rows: QuerySet[OutgoingEmail], *, body: TaskForce) -> QuerySet[OutgoingEmail]:
        """The rows asked for; days are those of the body's time zone."""
        asked = self.cleaned_data
        if asked.get("etat") == RETURNED:
            rows = rows.filter(BOUNCED)
        elif asked.get("etat"):
            rows = rows.filter(state=asked["etat"])
        if asked.get("courriel"):
            rows = rows.filter(kind=asked["courriel"])
        for word in (asked.get("destinataire") or "").split():
            rows = rows.filter(Q(recipient_name__unaccent__icontains=word) | Q(recipient__icontains=word))
        if asked.get("du"):
            rows = rows.filter(created_at__gte=datetime.combine(asked["du"], time(), tzinfo=body.tz))
        if asked.get("au"):
            end = datetime.combine(asked["au"] + timedelta(days=1), time(), tzinfo=body.tz)
            rows = rows.filter(created_at__lt=end)
        return rows
