"""Second factor where it is required."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from taskforce.services.accounts import has_second_factor, must_use_second_factor

# Pages needed to set one up, and to leave. Public pages carry `login_required = False`.
ALLOWED = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "account_email",
        "account_change_password",
        "account_set_password",
        "usersessions_list",
    }
)


class SecondFactorMiddleware:
    """Send secretariats and administrators without a second factor to the page where they set one up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not request.user.is_authenticated or not getattr(view_func, "login_required", True):
            return None
        name = request.resolver_match.url_name or ""
        if name in ALLOWED or name.startswith("mfa_"):
            return None
        if not must_use_second_factor(request.user) or has_second_factor(request.user):
            return None
        messages.warning(
            request,
            _("Votre fonction demande une double authentification. Ajoutez une clé d’accès ou une application ici."),
        )
        return redirect("mfa_index")
