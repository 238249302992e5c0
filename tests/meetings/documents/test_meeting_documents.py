"""Agenda, letter, sheets and lists of a meeting: the same facts in PDF and Word, nothing restricted in either."""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from io import BytesIO

import docx
import lxml.html
import pypdf
import pytest

from core.documents import services
from core.documents.base import documents
from core.typography import date_fr, time_fr
from meetings.documents.signin import _blank_lines
from meetings.enums import (
    AttendanceStatus,
    AttendMode,
    ItemKind,
    MeetingState,
    MinutesState,
    PartStat,
    SectionKind,
    Visibility,
)
from meetings.queries.expected import expected_at
from taskforce.enums import Language
from tests.meetings.factories import (
    AgencyUpdateFactory,
    AgendaItemFactory,
    AttendanceFactory,
    InvitationFactory,
    MeetingActionFactory,
    MeetingDecisionFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesSectionFactory,
)
from tests.taskforce.factories import (
    ActionItemFactory,
    AgencyFactory,
    DecisionFactory,
    MandateFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    member,
)

pytestmark = pytest.mark.django_db

OF_A_MEETING = ["agenda", "invitation", "sign-in-sheet", "gate-list", "meeting-actions"]
SECRET = "Différend sur le bail"
# What the context says and nobody reads as such.
UNPRINTED = {"acronym", "state", "is_preview", "city"}


def bare(text):
    """Without spaces, soft hyphens and the likes: lines break elsewhere in a PDF."""
    return re.sub(r"[\s\u00ad\u2011-]+", "", unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))


def in_pdf(data):
    return bare("".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages))


def in_docx(data):
    document = docx.Document(BytesIO(data))
    section = document.sections[0]
    parts = [p.text for p in (*section.header.paragraphs, *section.footer.paragraphs, *document.paragraphs)]
    for table in document.tables:
        parts += [cell.text for row in table.rows for cell in row.cells]
    return bare("".join(parts))


def facts(context):
    """Every text, date and hour that the context holds, as documents write them."""
    for key, value in context.items():
        if key in UNPRINTED:
            continue
        yield from _facts(value)


def _facts(value):
    if isinstance(value, dict):
        yield from facts(value)
    elif isinstance(value, list):
        for one in value:
            yield from _facts(one)
    elif isinstance(value, str) and value:
        yield value
    elif isinstance(value, date):
        yield date_fr(value)
    elif isinstance(value, time):
        yield time_fr(value)


def words(fact):
    """What a rich text says; any other fact is itself."""
    return lxml.html.fragment_fromstring(fact, create_parent=True).text_content() if fact.startswith("<") else fact


def files(slug, obj):
    document = documents.get(slug)()
    canonical = document.canonical(obj)
    return (
        canonical["content"],
        in_pdf(services.render(document, canonical, "pdf")),
        in_docx(services.render(document, canonical, "docx")),
    )


@pytest.fixture
def meeting():
    """Convened; people of three agencies and a guest, with every kind of answer; a restricted point."""
    body = TaskForceFactory(name="Task Force Protection sociale", slug="tf", time_zone="Africa/Niamey")
    made = MeetingFactory(
        task_force=body,
        starts_at=datetime(2016, 3, 8, 9, 30, tzinfo=UTC),
        theme="Ciblage & suivi des ménages",
        place="Salle A « haute »",
        state=MeetingState.CONVENED,
        lead_agency=AgencyFactory(acronym="PAM", name_fr="Programme alimentaire mondial"),
    )
    answers = {"BIT": PartStat.ACCEPTED, "FAO": PartStat.DECLINED, "PNUD": PartStat.DELEGATED}
    for acronym, answer in answers.items():
        seat = SeatFactory(task_force=body, agency=AgencyFactory(acronym=acronym, name_fr=f"Agence {acronym}"))
        person = PersonFactory(civility="ms", given_name="Aïssa", family_name=f"Famille {acronym}")
        MandateFactory(seat=seat, person=person, period=seat.period)
        other = None
        if answer == PartStat.DELEGATED:
            other = PersonFactory(civility="mr", given_name="Idi", family_name="Remplaçant", agency=seat.agency)
        InvitationFactory(meeting=made, person=person, partstat=answer, delegated_to=other)
    InvitationFactory(
        meeting=made,
        person=PersonFactory(given_name="Loin", family_name="Distante", agency=None),
        partstat=PartStat.ACCEPTED,
        attend_mode=AttendMode.REMOTE,
    )
    AgendaItemFactory(meeting=made, position=1, title="Suivi des actions", minutes=15, kind=ItemKind.STANDING)
    AgendaItemFactory(meeting=made, position=2, title=SECRET, minutes=30, visibility=Visibility.RESTRICTED)
    AgendaItemFactory(meeting=made, position=3, title="L'<urgence> : que faire ?", kind=ItemKind.DECISION)
    AgendaItemFactory(meeting=made, position=4, title="Divers", minutes=10, kind=ItemKind.OTHER)
    MeetingActionFactory(
        meeting=made,
        action=ActionItemFactory(task_force=body, text="Partager la liste\ndes ménages", due_on=date(2016, 4, 1)),
    )
    return made


@pytest.mark.parametrize("slug", OF_A_MEETING)
def test_pdf_and_word_say_the_same_facts(meeting, slug):
    context, pdf, word = files(slug, meeting)
    said = list(facts(context))
    assert len(said) > 6
    for fact in said:
        assert bare(fact) in pdf, fact
        assert bare(fact) in word, fact


@pytest.mark.parametrize("slug", OF_A_MEETING)
def test_nothing_restricted_leaves(meeting, slug):
    _context, pdf, word = files(slug, meeting)
    assert bare(SECRET) not in pdf and bare(SECRET) not in word


@pytest.mark.parametrize("slug", OF_A_MEETING)
def test_the_same_meeting_gives_the_same_bytes(meeting, slug):
    document = documents.get(slug)()
    canonical = document.canonical(meeting)
    for extension in document.formats:
        assert services.render(document, canonical, extension) == services.render(document, canonical, extension)


@pytest.mark.parametrize("slug", OF_A_MEETING)
def test_a_body_that_works_in_english_has_its_documents_in_english(meeting, slug):
    meeting.task_force.language = Language.ENGLISH
    canonical = documents.get(slug)().canonical(meeting)
    assert canonical["language"] == "en"
    assert '<html lang="en">' in documents.get(slug)().render_html(canonical)


@pytest.mark.parametrize("slug", OF_A_MEETING)
def test_an_empty_meeting_of_the_past_has_them_too(slug):
    empty = MeetingFactory(place="", theme="")
    _context, pdf, word = files(slug, empty)
    assert pdf and word


def test_the_minutes_in_word_say_what_their_pdf_says(meeting):
    meeting.state = MeetingState.CLOSED
    meeting.chair, meeting.rapporteur = PersonFactory(), PersonFactory()
    meeting.save()
    minutes = MinutesFactory(meeting=meeting, state=MinutesState.APPROVED)
    item = meeting.agenda.get(position=3)
    secret = meeting.agenda.get(position=2)
    texts = {
        None: "<p>Le contexte &amp; la suite.</p>",
        item: "<ul><li>Un</li><li>Deux</li></ul>",
        secret: f"<p>{SECRET}</p>",
    }
    for place, (of, text) in enumerate(texts.items()):
        kind = SectionKind.CONTEXT if of is None else SectionKind.ITEM
        MinutesSectionFactory(minutes=minutes, kind=kind, agenda_item=of, position=place, body=text)
    for status in (
        AttendanceStatus.PRESENT,
        AttendanceStatus.REMOTE,
        AttendanceStatus.EXCUSED,
        AttendanceStatus.ABSENT,
    ):
        AttendanceFactory(meeting=meeting, person=PersonFactory(), status=status)
    AgencyUpdateFactory(meeting=meeting, policy_axis="PNPS, axe 2", body="<p>L’appui continue.</p>")
    earlier = MeetingFactory(task_force=meeting.task_force, starts_at=datetime(2016, 2, 9, 9, 30, tzinfo=UTC))
    MeetingActionFactory(
        meeting=earlier, action=ActionItemFactory(task_force=meeting.task_force, text="Écrire aux directions")
    )
    MeetingDecisionFactory(
        meeting=meeting, decision=DecisionFactory(task_force=meeting.task_force, text="Le plan est adopté.")
    )
    context, pdf, word = files("minutes", minutes)
    said = list(facts(context))
    assert len(said) > 40
    for fact in said:
        assert bare(words(fact)) in pdf, fact
        assert bare(words(fact)) in word, fact
    for fact in ("Le contexte & la suite.", "Deux", "Le plan est adopté.", "Partager la liste", "1er avril 2016"):
        assert bare(fact) in pdf, fact
    assert bare(SECRET) not in pdf and bare(SECRET) not in word


def test_hours_follow_the_lengths_and_stop_where_one_is_unknown(meeting):
    context = documents.get("agenda")().get_context(meeting)
    # The restricted half hour passes, unnamed.
    assert [(item["number"], item["at"]) for item in context["items"]] == [
        (1, time(10, 30)),
        (3, time(11, 15)),
        (4, None),
    ]


def test_who_said_no_is_not_on_the_sheet_and_who_replaces_is(meeting):
    people = {one.person.family_name: one for one in expected_at(meeting).people}
    assert set(people) == {"Famille BIT", "Remplaçant", "Distante"}
    assert people["Remplaçant"].agency == "PNUD" and "Famille PNUD" in people["Remplaçant"].replaces
    assert expected_at(meeting).silent == ("FAO",)


@pytest.mark.parametrize(
    ("announced", "blank"), [(0, 8), (10, 8), (13, 5), (14, 4), (15, 8), (18, 8), (31, 8), (34, 5), (38, 8)]
)
def test_no_page_of_the_sheet_holds_two_empty_lines(announced, blank):
    assert _blank_lines(announced) == blank


def test_the_sheet_of_thirteen_people_is_one_page():
    meeting = MeetingFactory(state=MeetingState.CONVENED)
    for _ in range(13):
        InvitationFactory(meeting=meeting, person=PersonFactory(), partstat=PartStat.ACCEPTED)
    document = documents.get("sign-in-sheet")()
    data = services.render(document, document.canonical(meeting), "pdf")
    assert len(pypdf.PdfReader(BytesIO(data)).pages) == 1


def test_the_gate_gets_names_and_nothing_of_the_subject(meeting):
    context = documents.get("gate-list")().get_context(meeting)
    assert {one["family"] for one in context["people"]} == {"Famille BIT", "Remplaçant"}, "not who takes part from afar"
    assert "theme" not in context and "items" not in context


def test_a_preview_is_said_and_not_kept(meeting):
    document = documents.get("agenda")()
    assert not document.is_preview(meeting)
    meeting.state = MeetingState.DRAFT
    assert document.is_preview(meeting)
    assert document.filename(meeting) == "apercu-ordre-du-jour-tf-2016-03-08"


def test_who_may_have_them(meeting):
    somebody = member(meeting.task_force).user
    stranger = member(TaskForceFactory()).user
    for slug in OF_A_MEETING:
        document = documents.get(slug)()
        assert services.visible_object(document, stranger, meeting.pk) is None
        seen = services.visible_object(document, somebody, meeting.pk)
        assert (seen is None) == (slug == "gate-list"), slug
