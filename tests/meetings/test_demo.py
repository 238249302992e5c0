"""The demonstration's meetings: every state that a page can show, one chain of adoptions, the same when loaded again."""

from io import StringIO

import pytest
from django.core.management import call_command

from core.models import OutgoingEmail
from meetings.enums import CorrectionState, ImportState, ItemOutcome, MinutesState, ProposalState
from meetings.models import AgendaItem, AgendaProposal, CorrectionRequest, ImportedMinutes, Meeting, Minutes
from meetings.services.verification import verify
from taskforce.demo import NIGER_SLUG
from taskforce.enums import ActionState
from taskforce.models import ActionItem, TaskForce

pytestmark = pytest.mark.django_db
COUNTED = (Meeting, Minutes, AgendaItem, AgendaProposal, CorrectionRequest, ImportedMinutes, ActionItem, OutgoingEmail)


def states(model, **filters):
    return set(model.objects.filter(**filters).values_list("state", flat=True))


def test_every_state_is_shown_once_loaded_and_once_only(settings):
    settings.SOCLE_DEMO = True
    call_command("demo", stdout=StringIO())
    body = TaskForce.objects.get(slug=NIGER_SLUG)
    assert states(Minutes, meeting__task_force=body) == set(MinutesState.values)
    assert states(ActionItem, task_force=body) == set(ActionState.values)
    assert states(CorrectionRequest) >= {CorrectionState.OPEN, CorrectionState.ACCEPTED, CorrectionState.REFUSED}
    assert states(AgendaProposal) == set(ProposalState.values)
    assert states(ImportedMinutes) == {ImportState.READ}
    assert [action for action in ActionItem.objects.filter(task_force=body) if action.is_overdue(body.today())]
    assert AgendaItem.objects.filter(carried_from__outcome=ItemOutcome.POSTPONED).exists()
    # Whoever is a member today is not told of what was adopted long ago.
    assert not OutgoingEmail.objects.filter(kind="minutes-adopted").exists()
    assert verify(body) == []

    before = [model.objects.count() for model in COUNTED]
    call_command("demo", stdout=StringIO())
    assert [model.objects.count() for model in COUNTED] == before
