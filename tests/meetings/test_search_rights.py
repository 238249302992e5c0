"""Search finds exactly what the pages show, to everybody, at every moment."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from core.fields import period
from core.models import SearchEntry
from core.search.indexing import index_marked
from core.search.queries import find, guess
from core.search.words import read_words
from meetings.enums import MeetingState, MinutesState, Visibility
from meetings.models import Attachment
from taskforce.models import Activity, Mandate, TaskForce, TermsOfReference, User, WorkPlan
from taskforce.queries import visible_bodies
from tests.meetings.conftest import BACKEND
from tests.meetings.factories import (
    AgencyUpdateFactory,
    AgendaItemFactory,
    MeetingActionFactory,
    MeetingDecisionFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesSectionFactory,
)
from tests.meetings.test_visibility import PEOPLE, person_as
from tests.taskforce.factories import (
    LONG_AGO,
    ActionItemFactory,
    AgencyFactory,
    DecisionFactory,
    PersonFactory,
    TaskForceFactory,
    TermsFactory,
    TermsSectionFactory,
    member,
)

pytestmark = pytest.mark.django_db

# Stands in everything that is made here, and nowhere else.
WORD = "zibeline"


def everything(body):
    """One of each kind in each standing that changes who reads it; returns the meeting whose minutes are a draft."""
    meetings = {}
    for day, state in enumerate([MinutesState.DRAFT, MinutesState.CIRCULATED, MinutesState.PUBLISHED], start=1):
        starts_at = timezone.now().replace(year=2020, month=3, day=day, hour=9, minute=0)
        meeting = MeetingFactory(
            task_force=body,
            state=MeetingState.HELD,
            theme=f"{WORD} {state}",
            starts_at=starts_at,
            ends_at=starts_at.replace(hour=11),
        )
        minutes = MinutesFactory(meeting=meeting, state=state)
        MinutesSectionFactory(minutes=minutes, body=f"<p>Contexte {WORD} {state}</p>")
        for visibility in Visibility:
            item = AgendaItemFactory(meeting=meeting, title=f"Point {WORD} {visibility}", visibility=visibility)
            MinutesSectionFactory(
                minutes=minutes, kind="item", agenda_item=item, body=f"<p>Texte {WORD} {visibility} {state}</p>"
            )
            is_restricted = visibility == Visibility.RESTRICTED
            MeetingDecisionFactory(
                meeting=meeting,
                agenda_item=item,
                decision=DecisionFactory(
                    task_force=body,
                    text=f"Décision {WORD} {visibility} {state}",
                    is_restricted=is_restricted,
                    decided_on=meeting.date,
                ),
            )
            action = ActionItemFactory(
                task_force=body, text=f"Action {WORD} {visibility} {state}", is_restricted=is_restricted
            )
            MeetingActionFactory(meeting=meeting, agenda_item=item, action=action)
            name = f"{WORD} {visibility} {state}.pdf"
            Attachment.objects.create(
                meeting=meeting, agenda_item=item, name=name, content_type="application/pdf", size=1, sha256=name
            )
        AgencyUpdateFactory(meeting=meeting, body=f"<p>Contribution {WORD} {state}</p>")
        meetings[state] = meeting
    ActionItemFactory(task_force=body, text=f"Action {WORD} de tous", is_restricted=True, owner_all=True)
    adopted = TermsFactory(task_force=body)
    TermsSectionFactory(terms=adopted, body=f"<p>Adopté {WORD}</p>")
    TermsOfReference.objects.filter(pk=adopted.pk).update(
        state="adopted", adopted_on=date(2020, 1, 1), adopted_by="Équipe-pays"
    )
    TermsSectionFactory(terms=TermsFactory(task_force=body, number=2, shared=True), body=f"<p>Partagé {WORD}</p>")
    plan = WorkPlan.objects.create(task_force=body, year=2020)
    Activity.objects.create(plan=plan, title=f"Activité {WORD}", months=[1])
    AgencyFactory(acronym="ZIB", name_fr=f"Agence {WORD}")
    AgencyFactory(acronym="ZIN", name_fr=f"Direction {WORD}", country=body.country)
    PersonFactory(family_name=WORD.title())
    member(body, role="titular", family_name=f"{WORD.title()}-Siège")
    index_marked()
    return meetings[MinutesState.DRAFT]


def found_by(user):
    """(kind, pk) of everything that the word finds, read page after page; the counts agree with them."""
    words, hits, page = read_words(WORD), [], 1
    scopes = [body.pk for body in visible_bodies(user)]
    while True:
        found = find(user, words, page=page, scopes=scopes)
        hits += [(hit.entry.kind, hit.entry.object_id) for hit in found.hits]
        if page >= found.pages:
            break
        page += 1
    # Naming the bodies is quicker and changes nothing.
    assert found.total == find(user, words).total == len(hits) == len(set(hits))
    assert sum(choice.count for _source, choice in found.kinds) == found.total
    return set(hits)


def opened_by(user):
    """(kind, pk) of the entries whose page shows the word to `user`."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    shown, pages = set(), {}
    for entry in SearchEntry.objects.filter(key__contains=WORD) | SearchEntry.objects.filter(text__icontains=WORD):
        url = entry.get_absolute_url()
        path, _, anchor = url.partition("#")
        if path not in pages:
            response = client.get(path)
            pages[path] = response.content.decode() if response.status_code == 200 else ""
        words = entry.text if WORD in entry.text.lower() else entry.title.split(" – ")[-1].split(" · ")[-1]
        if entry.kind in {"agency", "person"}:
            words = entry.title.split()[-1]
        if words.split("\n")[0] in pages[path].replace("\N{NO-BREAK SPACE}", " ").replace("&#x27;", "'"):
            assert not anchor or f'id="{anchor}"' in pages[path], url
            shown.add((entry.kind, entry.object_id))
    return shown


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "anonymous"])
def test_search_finds_exactly_what_the_pages_show(who):
    body = TaskForceFactory(name=f"Instance {WORD}")
    draft = everything(body)
    user = person_as(who, draft)
    index_marked()
    user = User.objects.get(pk=user.pk)

    found, opened = found_by(user), opened_by(user)

    assert found == opened
    assert bool(found) == (who not in {"nobody", "ended", "former_rapporteur"})


def test_who_holds_nothing_finds_nothing():
    everything(TaskForceFactory())
    user = member(TaskForceFactory(), role="none").user

    assert found_by(user) == set()


def test_a_mandate_that_ends_finds_nothing_at_once():
    body = TaskForceFactory()
    everything(body)
    person = member(body, role="titular")
    assert found_by(User.objects.get(pk=person.user_id))

    Mandate.objects.filter(person=person).update(period=period(LONG_AGO, date(2026, 1, 31)))

    assert found_by(User.objects.get(pk=person.user_id)) == set()


def test_nothing_of_another_country_is_counted_or_guessed():
    everything(TaskForceFactory())
    stranger = member(TaskForceFactory(name="Autre"), role="titular", given_name="Awa", family_name="Sow").user
    stranger = User.objects.get(pk=stranger.pk)

    found = find(stranger, read_words(WORD))

    # Agencies of the world and of one's own country are everybody's.
    assert {source.slug for source, _choice in found.kinds} <= {"agency"}
    assert found.scopes == found.years == []


def test_a_guess_comes_from_what_one_may_read():
    body = TaskForceFactory()
    AgendaItemFactory(
        meeting=MeetingFactory(task_force=body), title="Licenciement collectif", visibility=Visibility.RESTRICTED
    )
    index_marked()
    words = read_words("licenciemant")
    titular, secretary = member(body, role="titular").user, member(body, role="secretariat").user

    assert guess(User.objects.get(pk=titular.pk), words).text == ""
    assert guess(User.objects.get(pk=secretary.pk), words).text == "licenciement"


def test_a_restricted_text_is_hidden_from_the_moment_it_is_restricted():
    body = TaskForceFactory()
    item = AgendaItemFactory(meeting=MeetingFactory(task_force=body), title=f"Point {WORD}")
    index_marked()
    user = member(body, role="titular").user
    assert found_by(User.objects.get(pk=user.pk)) == {("item", item.pk)}

    item.visibility = Visibility.RESTRICTED
    item.save()

    # Before any indexing.
    assert found_by(User.objects.get(pk=user.pk)) == set()


def test_a_closed_body_is_still_read_by_its_members():
    body = TaskForceFactory(name=f"Instance {WORD}")
    user = member(body, role="titular").user
    TaskForce.objects.filter(pk=body.pk).update(state="closed")
    index_marked()

    assert found_by(User.objects.get(pk=user.pk)) == {("body", body.pk)}
