"""What people type about their own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from core.forms import CharactersMixin
from taskforce.enums import Language
from taskforce.models import Invite, User


class OpenAccountForm(CharactersMixin, forms.Form):
    """A password, or none: `sans` is the button « Continuer sans mot de passe »."""

    use_required_attribute = False

    password = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        help_text=gettext_lazy("Douze caractères au moins ; une phrase convient bien."),
        error_messages={"required": gettext_lazy("Choisissez un mot de passe, ou continuez sans.")},
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    sans = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, invite: Invite, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invite = invite

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("sans"):
            # A password typed and then not wanted is neither checked nor set.
            self.errors.pop("password", None)
            cleaned["password"] = ""
        elif password := cleaned.get("password"):
            try:
                validate_password(password, User(email=self.invite.email))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class LanguageForm(CharactersMixin, forms.Form):
    """The language of the pages and of the mails."""

    language = forms.ChoiceField(label=gettext_lazy("Langue des pages et des courriels"), choices=Language)
