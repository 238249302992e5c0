"""allauth's forms, where Socle asks for more."""

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.core import context

from taskforce.services.accounts import address_is_taken
from taskforce.sign_in import limits


class RequestLoginCodeForm(forms.RequestLoginCodeForm):
    """Codes by mail are counted by device where the device is known."""

    def clean_email(self) -> str:
        address = super().clean_email()
        if not limits.code_asked(context.request, address):
            raise get_adapter().validation_error("too_many_codes")
        return address


class AddEmailForm(forms.AddEmailForm):
    """Another account's address is refused at once: who asks is signed in and knows the members anyway."""

    def clean_email(self) -> str:
        address = super().clean_email()
        if address_is_taken(address):
            raise get_adapter().validation_error("email_taken")
        return address
