"""The demonstration's terms of reference: the facts of their course, loaded once."""

from datetime import date

import pytest
from django.core.management import call_command

from taskforce.enums import TermsState
from taskforce.models import TermsComment, TermsOfReference

pytestmark = pytest.mark.django_db


def test_niger_s_text_was_shared_and_discussed_by_the_country_team(settings, capsys):
    settings.SOCLE_DEMO = True
    for _time in range(2):
        call_command("demo")

    terms = TermsOfReference.objects.get(task_force__country__iso3="NER")
    assert terms.state == TermsState.DISCUSSED
    [discussion] = terms.discussions.all()
    assert discussion.held_on == date(2016, 2, 1)
    assert set(TermsComment.objects.values_list("agency__acronym", flat=True)) == {"PAM", "UNICEF"}
    assert all(section.versions.get().body == section.body for section in terms.all_sections.all())
