"""The form that asks for a code by mail."""

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.core import context

from taskforce.sign_in import limits


class RequestLoginCodeForm(forms.RequestLoginCodeForm):
    """allauth's form; the codes asked for are counted by device where the device is known."""

    def clean_email(self) -> str:
        address = super().clean_email()
        if not limits.code_asked(context.request, address):
            raise get_adapter().validation_error("too_many_codes")
        return address
