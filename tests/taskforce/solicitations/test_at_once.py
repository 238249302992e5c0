"""Fifty simultaneous posts of one designation, each on a connection of its own: one effect."""

import pytest
from django.test import Client

from core.models import OutgoingEmail, TransitionRecord
from core.notifications import outbox
from taskforce.models import DesignatedPerson
from tests.core.solicitations.test_at_once import at_once
from tests.taskforce.factories import TaskForceFactory, member
from tests.taskforce.solicitations.test_designation import ANSWER, ask, director, mails

pytestmark = pytest.mark.django_db(transaction=True)


def test_fifty_simultaneous_posts_of_one_designation_have_one_effect():
    body = TaskForceFactory()
    body.secretary = member(body, role="secretariat")
    made = ask(body)
    client, base = director(made)
    client.post(base + "formulaire/", ANSWER)
    digits = outbox.secrets_of(mails("link-code").get())["code"]
    cookie = client.cookies["socle_reponse"].value

    def post(_n):
        return Client(headers={"cookie": f"socle_reponse={cookie}"}).post(base + "code/", {"code": digits})

    answers = at_once(50, post)

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(303, base + "recu/")}
    assert DesignatedPerson.objects.count() == 2
    assert TransitionRecord.objects.filter(after="submitted").count() == 1
    counts = {
        kind: mails(kind).count() for kind in ("designation-receipt", "designation-named", "designation-submitted")
    }
    assert counts == {"designation-receipt": 1, "designation-named": 2, "designation-submitted": 1}
    assert OutgoingEmail.objects.filter(kind="designation-named").values("recipient").distinct().count() == 2
