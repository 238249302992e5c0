"""Several beats at once, each a process of its own: each call is one mail, with the links that serve."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import EmailState, OutgoingEmail, SignedLink
from core.notifications import outbox
from core.solicitations.links import hash_of
from meetings.notifications.contributions_call import ContributionsCall
from meetings.services.contributions import queue_due_calls
from tests.meetings.factories import MeetingFactory
from tests.processes import in_processes

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_row_each_whatever_the_number_of_beats(body, agency_with):
    for number in range(4):
        agency_with(body, f"AG{number}", substitutes=2)
    now = timezone.now()
    MeetingFactory(task_force=body, starts_at=now + timedelta(days=9), created_at=now - timedelta(days=60))
    assert in_processes(*[queue_due_calls] * 6) == [0] * 6
    rows = OutgoingEmail.objects.filter(kind=ContributionsCall.slug)
    assert rows.count() == 12
    assert set(rows.values_list("state", flat=True)) == {EmailState.QUEUED}
    sent = {
        hash_of(url.rstrip("/").rpartition("/")[2])
        for row in rows
        for url in outbox.secrets_of(row).values()
        if "/lien/" in url
    }
    assert sent == set(SignedLink.objects.filter(revoked_at=None).values_list("token_hash", flat=True))
    assert len(sent) == 24
    queue_due_calls()
    assert rows.count() == 12
