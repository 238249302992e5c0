"""allauth's forms of passkeys and security keys: what they refuse is no « code »."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms
from django.core.exceptions import ValidationError


class _KeyWords:
    """Says of a key that it is unknown, where allauth says that the code is wrong."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError as error:
            if error.code == "incorrect_code":
                raise get_adapter().validation_error("unknown_key") from error
            raise


class LoginKeyForm(_KeyWords, forms.LoginWebAuthnForm):
    pass


class SecondProofKeyForm(_KeyWords, forms.AuthenticateWebAuthnForm):
    pass


class ReauthenticateKeyForm(_KeyWords, forms.ReauthenticateWebAuthnForm):
    pass
