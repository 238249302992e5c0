"""How django-allauth meets Socle: closed sign-up, mails through the outbox."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """Accounts are opened on invitation only."""
        return False


class MFAAdapter(DefaultMFAAdapter):
    pass
