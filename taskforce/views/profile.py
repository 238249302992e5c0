"""One's own page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from taskforce.account_forms import LanguageForm
from taskforce.account_queries import mandates_held, offices_held
from taskforce.models import Person
from taskforce.services.accounts import has_second_factor, must_use_second_factor, set_language
from taskforce.sign_in.language import remember_language


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What the portal knows of the reader, what they hold, and the way to password, passkeys and sessions."""
    user = request.user
    form = LanguageForm(request.POST if request.method == "POST" else None, initial={"language": user.language})
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        set_language(user, language)
        with translation.override(language):
            messages.success(request, _("La langue est enregistrée."))
        response = redirect("taskforce:profile")
        remember_language(response, language)
        return response
    person = Person.objects.select_related("agency", "office").filter(user=user).first()
    context = {
        "nav": "profile",
        "person": person,
        "form": form,
        "mandates": list(mandates_held(person)) if person else [],
        "offices": list(offices_held(person)) if person else [],
        "has_second_factor": has_second_factor(user),
        "must_use_second_factor": must_use_second_factor(user),
    }
    return render(request, "taskforce/profile/profile.html", context, status=422 if form.is_bound else 200)
