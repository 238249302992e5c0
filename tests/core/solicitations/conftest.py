"""A kind of the tests: one text is asked for, with or without a code, once or several times."""

from datetime import timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from core.actors import SYSTEM
from core.forms import CharactersMixin
from core.models import OutgoingEmail
from core.notifications import outbox
from core.notifications.base import messages_board
from core.solicitations.base import SolicitationKind, SolicitationMessage, solicitations
from core.solicitations.services import send, solicit
from taskforce.models import Agency
from tests.project.strict import make_strict
from tests.taskforce.factories import AgencyFactory, PersonFactory, TaskForceFactory


class Asked(SolicitationMessage):
    slug = "trial-asked"
    label = "Demande d’essai"
    category = "Essais"

    def subject(self):
        return "Une demande d’essai"

    @classmethod
    def template_base(cls):
        return "core/emails/link-code"

    def secrets(self):
        # The template is the code's.
        return {**super().secrets(), "code": "-"} if self.url else {"code": "-"}

    def extra_context(self):
        return {"minutes": 0}


class Reminded(Asked):
    slug = "trial-reminder"


class TrialForm(CharactersMixin, forms.Form):
    text = forms.CharField(label="Texte", max_length=200)


class Trial(SolicitationKind):
    """`refused` is what its kind would find out by itself; « interdit » is refused at submission."""

    slug = "trial"
    label = "Essai"
    model = Agency
    reminder_days = (7, 1)
    form_class = TrialForm
    refused = ""

    def submit(self, solicitation, form, *, actor):
        if form.cleaned_data["text"] == "interdit":
            raise ValidationError("Ce texte est interdit.")
        # One effect more for each answer: fifty at once must leave one.
        agency = Agency.objects.get(pk=solicitation.target_id)
        agency.name_en += "+"
        agency.save()
        solicitation.answer = {"text": form.cleaned_data["text"], "by": str(actor)}
        solicitation.save(update_fields=["answer"])

    def refusal(self, solicitation):
        return type(self).refused

    def message(self, solicitation, url):
        return Asked(solicitation, url)

    def reminder(self, solicitation, url):
        return Reminded(solicitation, url)


class CodedTrial(Trial):
    slug = "trial-coded"
    needs_code = True


class OpenTrial(Trial):
    slug = "trial-open"
    single_use = False


@pytest.fixture(autouse=True)
def kinds():
    """The kinds of the tests, on the board during one test."""
    for cls in (Trial, CodedTrial, OpenTrial):
        solicitations.register(cls)
    for cls in (Asked, Reminded):
        messages_board.register(cls)
    Trial.refused = ""
    yield
    Trial.refused = ""
    for cls in (Trial, CodedTrial, OpenTrial):
        del solicitations._by_slug[cls.slug]
    for cls in (Asked, Reminded):
        del messages_board._by_slug[cls.slug]


@pytest.fixture(autouse=True)
def _strict_templates(monkeypatch):
    """An unknown name in a template is an error."""
    make_strict(monkeypatch)


@pytest.fixture
def ask(db):
    """`ask("trial")`: a solicitation that was sent, due in ten days."""

    def make(kind="trial", *, sent=True, deadline=timedelta(days=10), email="", scope=None):
        person = PersonFactory()
        solicitation = solicit(
            kind,
            AgencyFactory(),
            scope=scope or TaskForceFactory(),
            addressee=person,
            email=email or person.email,
            deadline=timezone.now() + deadline if deadline is not None else None,
            actor=SYSTEM,
        )
        if sent:
            assert send([solicitation], actor=SYSTEM) == 1
        return solicitation

    return make


@pytest.fixture
def visitor():
    return Client(enforce_csrf_checks=False)


def path_of(solicitation):
    """The path of the link in the last mail that carried one."""
    kinds = ["trial-asked", "trial-reminder"]
    row = OutgoingEmail.objects.filter(about_id=solicitation.pk, kind__in=kinds).latest("pk")
    return "/lien/" + outbox.secrets_of(row)["link"].partition("/lien/")[2]


def token_of(solicitation):
    return path_of(solicitation).split("/")[2]


def code_of(solicitation):
    """The digits of the last code that was mailed."""
    row = OutgoingEmail.objects.filter(about_id=solicitation.pk, kind="link-code").latest("pk")
    return outbox.secrets_of(row)["code"]


def base(solicitation):
    return f"/reponse/{solicitation.public_id}/"


def opened(client, solicitation):
    assert client.get(path_of(solicitation)).status_code == 302
    return client
