import pytest
from django.utils import timezone

from core.models import EmailState, OutgoingEmail
from tests.core.notifications.returned import write


@pytest.fixture
def sent():
    row = write()
    OutgoingEmail.objects.filter(pk=row.pk).update(state=EmailState.SENT, attempts=1, sent_at=timezone.now())
    row.refresh_from_db()
    return row
