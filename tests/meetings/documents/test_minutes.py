"""The minutes: every fact, nothing restricted, one context for all formats."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

import pikepdf
import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.actors import SYSTEM
from core.documents import services
from core.documents.base import canonical_json, content_sha256, documents
from core.models import DocumentJob
from core.typography import NBSP, THIN
from core.workflow import transition
from meetings.documents.minutes import STAMP
from meetings.enums import (
    AttendanceStatus,
    Capacity,
    MeetingKind,
    MeetingState,
    MinutesState,
    SectionKind,
    Visibility,
)
from meetings.models import Meeting, Minutes
from taskforce.enums import ActionState, AgencyKind, DecisionMode, Language
from taskforce.models import ActionItem, ActionOwner, Person
from tests.meetings.factories import (
    AgencyUpdateFactory,
    AgendaItemFactory,
    AttendanceFactory,
    MeetingActionFactory,
    MeetingDecisionFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesSectionFactory,
)
from tests.taskforce.factories import (
    ActionItemFactory,
    AgencyFactory,
    CountryFactory,
    DecisionFactory,
    MandateFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    member,
)

pytestmark = pytest.mark.django_db

AGENCIES = {
    "BIT": ("mr", "Bureau international du Travail"),
    "PAM": ("ms", "Programme alimentaire mondial"),
    "FAO": ("mr", "Organisation des Nations Unies pour l’alimentation et l’agriculture"),
    "PNUD": ("ms", "Programme des Nations Unies pour le développement"),
    "UNICEF": ("ms", "Fonds des Nations Unies pour l’enfance"),
}
ITEMS = ["Point de situation", "Partage des termes de référence", "Plan de travail pour 2016", "Divers"]


@pytest.fixture
def document():
    return documents.get("minutes")()


@pytest.fixture
def february():
    """The facts of 11 February 2016: five agencies without mandate, no quorum, no chair, no owner."""
    body = TaskForceFactory(name="Task Force Protection sociale", slug="protection-sociale")
    following = MeetingFactory(
        task_force=body,
        starts_at=datetime(2016, 3, 8, 9, 30, tzinfo=UTC),
        theme="Ciblage des ménages pauvres et vulnérables",
    )
    meeting = MeetingFactory(
        task_force=body,
        kind=MeetingKind.HISTORICAL,
        starts_at=datetime(2016, 2, 11, 9, 30, tzinfo=UTC),
        place="locaux de l'UNICEF",
        state=MeetingState.HELD,
        next_meeting=following,
    )
    for number, (acronym, (civility, name)) in enumerate(AGENCIES.items()):
        agency = AgencyFactory(acronym=acronym, name_fr=name)
        person = PersonFactory(civility=civility, given_name="Prénom", family_name=f"Nom{number}")
        AttendanceFactory(meeting=meeting, agency=agency, person=person)
        AgencyUpdateFactory(
            meeting=meeting, agency=agency, position=number, body=f"<p>L'appui de {acronym} se poursuit : oui.</p>"
        )
    minutes = MinutesFactory(meeting=meeting)
    MinutesSectionFactory(minutes=minutes, kind=SectionKind.CONTEXT, position=0, body="<p>Le contexte.</p>")
    for position, title in enumerate(ITEMS, start=1):
        item = AgendaItemFactory(meeting=meeting, position=position, title=title)
        MinutesSectionFactory(
            minutes=minutes,
            kind=SectionKind.ITEM,
            agenda_item=item,
            position=position,
            body=f"<p>Discussion du point {position}.</p>",
        )
    MinutesSectionFactory(
        minutes=minutes,
        kind=SectionKind.CONCLUSIONS,
        position=9,
        body="<ul><li>Une</li><li>Deux</li><li>Trois</li></ul>",
    )
    MeetingActionFactory(
        meeting=meeting, action=ActionItemFactory(task_force=body, text="Formaliser les termes de référence")
    )
    return minutes


def pdf_of(document, minutes) -> bytes:
    return services.render(document, document.canonical(minutes), "pdf")


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace(NBSP, " ").replace(THIN, " "))


def text_of(content: bytes) -> str:
    return plain("\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages))


def html_of(document, minutes) -> str:
    return plain(document.render_html(document.canonical(minutes)))


def test_pdf_has_the_facts(document, february):
    text = text_of(pdf_of(document, february))
    for fact in (
        "Compte rendu de la réunion du 11 février 2016",
        "10 h 30 – 12 h 30",
        "locaux de l’UNICEF",
        "5 agences représentées.",
        "BIT M. Prénom Nom0 Sans mandat Présent ",
        "PAM Mme Prénom Nom1 Sans mandat Présente ",
        "1. Point de situation",
        "4. Divers",
        "Discussion du point 4.",
        "Tour de table",
        "L’appui de FAO se poursuit : oui.",
        "Formaliser les termes de référence non précisé non précisée Non commencée",
        "Conclusions",
        "Mardi 8 mars 2016, 10 h 30",
        "Thème : Ciblage des ménages pauvres et vulnérables",
        "Bureau international du Travail",
        content_sha256(document.canonical(february)),
    ):
        assert fact in text, fact
    for absent in ("None", "quorum", "Présidence", "Rapporteur", "Chef de file", "Décisions", "Suivi des actions"):
        assert absent not in text, absent


def test_pdf_is_accessible(document, february):
    with pikepdf.open(BytesIO(pdf_of(document, february))) as opened:
        assert str(opened.Root.Lang) == "fr"
        assert opened.Root.MarkInfo.Marked
        assert b"pdfuaid" in opened.Root.Metadata.read_bytes()
        assert "11\u00a0février\u00a02016 – Task Force" in str(opened.docinfo["/Title"])
        fonts = [o for o in opened.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        (title,) = opened.open_outline().root
        assert [item.title.split(".")[0] for item in title.children][:3] == ["Présences", "Ordre du jour", "Contexte"]


def test_same_bytes_twice_and_other_bytes_for_other_content(document, february):
    first = pdf_of(document, february)
    assert pdf_of(document, Minutes.objects.get(pk=february.pk)) == first
    Meeting.objects.filter(pk=february.meeting_id).update(place="Ailleurs")
    assert pdf_of(document, Minutes.objects.get(pk=february.pk)) != first


def test_context_is_plain_data_and_is_all_that_is_printed(document, february, django_assert_num_queries):
    canonical = json.loads(canonical_json(document.canonical(february)))
    assert (canonical["document"], canonical["language"]) == ("minutes", "fr")
    content = document.canonical(february)
    with django_assert_num_queries(0):
        document.render_html(content)


@pytest.mark.parametrize("people", [1, 30])
def test_queries_do_not_grow(document, february, people, django_assert_max_num_queries):
    for number in range(people):
        AttendanceFactory(meeting=february.meeting)
        MeetingActionFactory(meeting=february.meeting, action__task_force=february.meeting.task_force)
        AgencyUpdateFactory(meeting=february.meeting, position=50 + number)
    minutes = Minutes.objects.select_related("meeting__task_force__country").get(pk=february.pk)
    document.canonical(minutes)
    with django_assert_max_num_queries(14):
        document.canonical(minutes)


# The stamp ----------------------------------------------------------------------------------------


def test_stamp_covers_every_table_that_is_read(document, february):
    body = february.meeting.task_force
    earlier = MeetingFactory(task_force=body, starts_at=datetime(2016, 1, 12, 9, 30, tzinfo=UTC))
    MeetingActionFactory(meeting=earlier, action__task_force=body)
    MeetingDecisionFactory(meeting=february.meeting)
    with CaptureQueriesContext(connection) as captured:
        document.canonical(Minutes.objects.get(pk=february.pk))
    read = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', " ".join(query["sql"] for query in captured)))
    assert read - {"django_content_type"} <= STAMP.tables


def test_stamp_changes_with_what_is_printed(document, february):
    body = february.meeting.task_force
    earlier = MeetingFactory(task_force=body, starts_at=datetime(2016, 1, 12, 9, 30, tzinfo=UTC))
    action = MeetingActionFactory(meeting=earlier, action__task_force=body).action
    owner = AgencyFactory()

    def stamp():
        return document.stamp(Minutes.objects.get(pk=february.pk))

    changes = [
        lambda: Meeting.objects.filter(pk=february.meeting_id).update(place="Ailleurs"),
        lambda: Person.objects.filter(family_name="Nom0").update(family_name="Autre"),
        lambda: february.sections.filter(kind=SectionKind.CONTEXT).update(body="<p>Autre</p>"),
        lambda: ActionOwner.objects.create(action=action, agency=owner),
        lambda: ActionOwner.objects.all().delete(),
        lambda: transition(action, ActionState.DONE, actor=SYSTEM),
        lambda: february.meeting.agenda.filter(position=1).update(visibility=Visibility.RESTRICTED),
        lambda: Minutes.objects.filter(pk=february.pk).update(state=MinutesState.CIRCULATED),
        lambda: type(owner).objects.filter(acronym="BIT").update(name_fr="Organisation internationale du Travail"),
    ]
    before = stamp()
    assert stamp() == before
    for number, change in enumerate(changes):
        change()
        after = stamp()
        assert after != before, number
        before = after


def test_repeat_is_answered_without_building_the_context(
    document, february, monkeypatch, django_assert_max_num_queries
):
    user = member(february.meeting.task_force, role="secretariat").user
    job = services.request_document(user, document, february, "pdf")
    services.run_job(job.pk)
    # The stamp, its job, the reader's own job.
    with django_assert_max_num_queries(3):
        again = services.request_document(user, document, february, "pdf")
    job.refresh_from_db()
    assert again.artefact == job.artefact
    # A new layout is new content, whatever the rows say.
    monkeypatch.setattr(type(document), "layout", 2)
    assert services.request_document(user, document, february, "pdf").artefact is None
    DocumentJob.objects.filter(artefact=None).delete()
    monkeypatch.undo()
    february.sections.filter(kind=SectionKind.CONTEXT).update(body="<p>Autre contexte</p>")
    assert services.request_document(user, document, february, "pdf").artefact is None


# Restricted ---------------------------------------------------------------------------------------


def test_restricted_items_leave_no_trace(document, february):
    meeting = february.meeting
    item = meeting.agenda.get(position=2)
    item.title, item.visibility = "Secret alpha", Visibility.RESTRICTED
    item.save()
    february.sections.filter(agenda_item=item).update(body="<p>Secret beta</p>")
    secret_decision = DecisionFactory(task_force=meeting.task_force, text="Secret gamma")
    MeetingDecisionFactory(meeting=meeting, agenda_item=item, decision=secret_decision)
    MeetingDecisionFactory(
        meeting=meeting,
        decision=DecisionFactory(task_force=meeting.task_force, text="Secret delta", is_restricted=True),
    )
    MeetingActionFactory(
        meeting=meeting,
        agenda_item=item,
        action=ActionItemFactory(task_force=meeting.task_force, text="Secret epsilon"),
    )
    MeetingActionFactory(
        meeting=meeting, action=ActionItemFactory(task_force=meeting.task_force, text="Secret zêta", is_restricted=True)
    )
    earlier = MeetingFactory(task_force=meeting.task_force, starts_at=datetime(2016, 1, 12, 9, 30, tzinfo=UTC))
    hidden = AgendaItemFactory(meeting=earlier, visibility=Visibility.RESTRICTED)
    MeetingActionFactory(
        meeting=earlier, agenda_item=hidden, action=ActionItemFactory(task_force=meeting.task_force, text="Secret êta")
    )
    february = Minutes.objects.get(pk=february.pk)
    assert b"Secret" not in canonical_json(document.canonical(february))
    text = text_of(pdf_of(document, february))
    assert "Secret" not in text
    assert "3. Plan de travail pour 2016" in text


# Presence -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("civility", "status", "capacity", "said"),
    [
        ("ms", AttendanceStatus.PRESENT, Capacity.GUEST, ("Invitée", "Présente")),
        ("mr", AttendanceStatus.EXCUSED, Capacity.OBSERVER, ("Observateur", "Excusé")),
        ("dr", AttendanceStatus.ABSENT, Capacity.WITHOUT_MANDATE, ("Sans mandat", "Absent(e)")),
        ("ms", AttendanceStatus.REMOTE, Capacity.OBSERVER, ("Observatrice", "À distance")),
    ],
)
def test_presence_in_the_persons_gender(document, civility, status, capacity, said):
    minutes = MinutesFactory()
    AttendanceFactory(meeting=minutes.meeting, person__civility=civility, status=status, capacity=capacity)
    (group,) = document.get_context(minutes)["presence"]["groups"]
    (row,) = group["rows"]
    assert (row["capacity"], row["status"]) == said


def test_presence_groups_hours_proxy_and_representation(document):
    body = TaskForceFactory()
    minutes = MinutesFactory(meeting__task_force=body)
    meeting = minutes.meeting
    agency = AgencyFactory(acronym="ZED", kind=AgencyKind.NGO_NATIONAL)
    mandate = MandateFactory(seat__task_force=body, seat__agency=agency, person__civility="mr", rank=1)
    present = AttendanceFactory(
        meeting=meeting,
        person=mandate.person,
        agency=agency,
        mandate=mandate,
        capacity=Capacity.SUBSTITUTE,
        arrived_at=time(11, 0),
        left_at=time(12, 15),
    )
    AttendanceFactory(
        meeting=meeting,
        agency=agency,
        capacity=Capacity.TITULAR,
        proxy_granted_by="M. Le Directeur",
        person__civility="ms",
    )
    AttendanceFactory(
        meeting=meeting,
        agency=agency,
        status=AttendanceStatus.REPRESENTED,
        represented_by=present,
        person__civility="ms",
    )
    AttendanceFactory(meeting=meeting, agency=None, capacity=Capacity.GUEST)
    AttendanceFactory(meeting=meeting, status=AttendanceStatus.ABSENT)
    presence = document.get_context(minutes)["presence"]
    assert [(group["title"], len(group["rows"])) for group in presence["groups"]] == [
        ("Agences et structures représentées", 2),
        ("Observateurs, invités et secrétariat", 1),
        ("Excusés", 1),
        ("Absents", 1),
    ]
    titular, substitute = presence["groups"][0]["rows"]
    assert titular["capacity"] == "Titulaire par procuration"
    assert plain(substitute["status"]) == "Présent de 11 h à 12 h 15"
    assert presence["groups"][2]["rows"][0]["status"] == f"Représentée par {present.person.full_name}"
    # Two people of one structure: counted once.
    assert presence["represented"] == "1 structure représentée."
    assert presence["quorum"] == ""


def test_quorum_line_only_where_there_is_a_rule(document):
    body = TaskForceFactory(quorum_share=Decimal("0.5"))
    minutes = MinutesFactory(meeting__task_force=body)
    seats = [SeatFactory(task_force=body) for _ in range(3)]
    AttendanceFactory(meeting=minutes.meeting, agency=seats[0].agency)
    assert "quorum non atteint (2)" in document.get_context(minutes)["presence"]["quorum"]
    AttendanceFactory(meeting=minutes.meeting, agency=seats[1].agency)
    assert document.get_context(minutes)["presence"]["quorum"].startswith("Structures membres représentées : 2 sur 3")
    assert "quorum atteint (2)" in html_of(document, minutes)


# Decisions and actions ------------------------------------------------------------------------------


def test_decisions_and_actions(document, february):
    meeting, body = february.meeting, february.meeting.task_force
    item = meeting.agenda.get(position=3)
    vote = DecisionFactory(
        task_force=body,
        year=2016,
        number=71,
        text="Se réunir <b>chaque</b> mois",
        mode=DecisionMode.VOTE,
        votes_for=4,
        votes_against=1,
        abstentions=0,
    )
    MeetingDecisionFactory(meeting=meeting, decision=vote, agenda_item=item)
    action = ActionItemFactory(
        task_force=body,
        number=72,
        text="Présenter les outils",
        due_on=date(2016, 3, 1),
        owner_function="Coordination",
        state=ActionState.IN_PROGRESS,
    )
    ActionOwner.objects.create(action=action, agency=AgencyFactory(acronym="AAA"))
    MeetingActionFactory(meeting=meeting, action=action)
    html = html_of(document, february)
    assert '<th scope="row">D-2016-71</th>' in html
    assert "Se réunir &lt;b&gt;chaque&lt;/b&gt; mois" in html
    assert "(point 3)" in html
    assert "Vote : 4 pour, 1 contre, 0 abstention<" in html
    assert "AAA, Coordination" in html
    assert "1er mars 2016" in html
    assert "En cours" in html


def test_follow_up_of_earlier_actions(document, february):
    body = february.meeting.task_force
    january = MeetingFactory(task_force=body, starts_at=datetime(2016, 1, 12, 9, 30, tzinfo=UTC))
    november = MeetingFactory(task_force=body, starts_at=datetime(2015, 11, 10, 9, 30, tzinfo=UTC))
    elsewhere = MeetingFactory(starts_at=datetime(2016, 1, 12, 9, 30, tzinfo=UTC))

    def action(meeting, text, state=ActionState.NOT_STARTED):
        return MeetingActionFactory(
            meeting=meeting, action=ActionItemFactory(task_force=meeting.task_force, text=text, state=state)
        ).action

    action(january, "Ouverte")
    done = action(november, "Faite depuis")
    transition(done, ActionState.DONE, actor=SYSTEM)
    action(november, "Faite jadis", ActionState.DONE)
    action(elsewhere, "D’une autre instance")
    action(MeetingFactory(task_force=body), "De la réunion suivante")
    rows = document.get_context(february)["follow_up"]
    assert {row["text"]: row["state"] for row in rows} == {"Ouverte": "Non commencée", "Faite depuis": "Réalisée"}
    assert "Suivi des actions précédentes" in html_of(document, february)


def test_dates_and_states_of_actions_and_the_head_of_the_page_hold_in_one_line(document, february):
    meeting = february.meeting
    action = ActionItemFactory(
        task_force=meeting.task_force, text="Comparer les listes de deux départements", due_on=date(2026, 12, 27)
    )
    ActionOwner.objects.create(action=action, agency=AgencyFactory(acronym="AAA"))
    MeetingActionFactory(meeting=meeting, action=action)
    transition(february, MinutesState.CIRCULATED, actor=SYSTEM)
    pages = [lines_from_the_top(page) for page in pypdf.PdfReader(BytesIO(pdf_of(document, february))).pages]
    assert any("27 décembre 2026" in line and "Non commencée" in line for page in pages for line in page)
    assert all("Partagé pour observations · 11 février 2016" in page[0] for page in pages)


def test_later_progress_does_not_change_closed_minutes(document, february):
    meeting = february.meeting
    action = ActionItem.objects.get(meeting_link__meeting=meeting)
    january = MeetingFactory(task_force=meeting.task_force, starts_at=datetime(2016, 1, 12, 9, 30, tzinfo=UTC))
    earlier = MeetingActionFactory(meeting=january, action__task_force=meeting.task_force).action
    Meeting.objects.filter(pk=meeting.pk).update(
        state=MeetingState.CLOSED, closed_at=timezone.now() - timedelta(minutes=5)
    )
    before = document.canonical(Minutes.objects.get(pk=february.pk))
    for row in (action, earlier):
        transition(row, ActionState.IN_PROGRESS, actor=SYSTEM)
        transition(row, ActionState.DONE, actor=SYSTEM)
    assert document.canonical(Minutes.objects.get(pk=february.pk)) == before


# State and versions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meeting_state", "state", "is_preview", "label"),
    [
        (MeetingState.HELD, MinutesState.DRAFT, True, "Aperçu"),
        (MeetingState.IN_PROGRESS, MinutesState.DRAFT, True, "Aperçu"),
        (MeetingState.CLOSED, MinutesState.DRAFT, False, "Projet"),
        (MeetingState.CLOSED, MinutesState.CIRCULATED, False, "Partagé pour observations"),
        (MeetingState.CLOSED, MinutesState.APPROVED, False, None),
        (MeetingState.CLOSED, MinutesState.PUBLISHED, False, None),
    ],
)
def test_what_a_draft_says(document, meeting_state, state, is_preview, label):
    minutes = MinutesFactory(meeting__state=meeting_state, state=state)
    assert document.is_preview(minutes) is is_preview
    assert document.filename(minutes).startswith("apercu-") is is_preview
    html = html_of(document, minutes)
    labels = re.findall(r'<p class="label"><strong>(.*?)</strong>', html)
    assert labels == ([label] if label else [])


def test_adoption_date_and_version(document):
    minutes = MinutesFactory(meeting__state=MeetingState.CLOSED, state=MinutesState.CIRCULATED)
    MinutesSectionFactory(minutes=minutes, version=4)
    transition(minutes, MinutesState.APPROVED, actor=SYSTEM)
    today = timezone.localdate(timezone=minutes.meeting.task_force.tz)
    context = document.get_context(minutes)
    assert (context["text_version"], context["adopted_on"]) == (4, today)
    html = html_of(document, minutes)
    assert "Version 4 · adopté le" in html
    assert "Compte rendu adopté le" in html


def test_no_date_of_generation(document, february):
    content = pdf_of(document, february)
    now = timezone.now()
    for written in (f"{now:%Y-%m-%d}", f"D:{now:%Y}", f"{now:%d/%m/%Y}"):
        assert written.encode() not in content
        assert written not in text_of(content)


def test_in_english_for_an_english_body(document):
    body = TaskForceFactory(language=Language.ENGLISH, country=CountryFactory(senegal=True))
    minutes = MinutesFactory(meeting__task_force=body)
    MinutesSectionFactory(minutes=minutes, body="<p>Seen: yes!</p>")
    agency = AgencyFactory(
        acronym="ILO", name_fr="Bureau international du Travail", name_en="International Labour Office"
    )
    AttendanceFactory(meeting=minutes.meeting, agency=agency)
    html = document.render_html(document.canonical(minutes))
    assert '<html lang="en">' in html
    assert "<p>Seen: yes!</p>" in html
    assert "9:30 – 11:30" in html
    assert "International Labour Office" in html and "Bureau" not in html


# Hostile and large ------------------------------------------------------------------------------------


def test_hostile_texts(document, february):
    hostile = (
        '<script>alert(1)</script><p onclick="x" style="background:url(file:///etc/passwd)">Texte</p>'
        '<table><tr><td colspan="100000">large</td></tr></table>' + "<ul><li>a" * 150 + "</li></ul>" * 150
    )
    february.sections.filter(kind=SectionKind.CONTEXT).update(body=hostile)
    Meeting.objects.filter(pk=february.meeting_id).update(place="<img src=http://127.0.0.1/> & Cie", theme="x" * 200)
    Person.objects.filter(family_name="Nom0").update(family_name="<b>" + "N" * 90)
    minutes = Minutes.objects.get(pk=february.pk)
    html = html_of(document, minutes)
    assert "<script" not in html
    assert "file:///" not in html
    assert "<img" not in html
    assert 'colspan="20"' in html
    text = text_of(pdf_of(document, minutes))
    assert "large" in text
    assert "& Cie" in text


def test_forty_agencies_of_three_people(document):
    body = TaskForceFactory(
        name="Groupe technique inter-agences de coordination de la protection sociale et des filets sociaux " * 2
    )
    minutes = MinutesFactory(meeting__task_force=body)
    for number in range(40):
        agency = AgencyFactory(acronym=f"Direction-generale-de-la-promotion-{number:02d}", kind=AgencyKind.MINISTRY)
        for rank in range(3):
            AttendanceFactory(
                meeting=minutes.meeting, agency=agency, person__family_name=f"Famille-{number}-{rank} {'Longue ' * 8}"
            )
    content = pdf_of(document, minutes)
    reader = pypdf.PdfReader(BytesIO(content))
    pages = [plain(page.extract_text()) for page in reader.pages]
    assert "40 structures représentées." in " ".join(pages)
    assert 3 <= len(pages) <= 12
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in page
    # The heading row stands again at the top of each page of the table.
    assert all("Agence Représentant(e) Qualité Présence" in page for page in pages[:-1])
    # No row is cut: a person's first name and last words are on the same page.
    for number in range(40):
        for rank in range(3):
            (page,) = [page for page in pages if f"Famille-{number}-{rank} " in page]
            row = page.split(f"Famille-{number}-{rank} ")[1].split("Sans mandat")[0]
            assert row.count("Longue") == 8


def test_a_heading_never_ends_a_page(document, february):
    headings = [f"Titre du point {number}" for number in range(40)]
    february.meeting.agenda.exclude(section__isnull=False).delete()
    for number, title in enumerate(headings):
        item = AgendaItemFactory(meeting=february.meeting, position=100 + number, title=title)
        MinutesSectionFactory(
            minutes=february,
            kind=SectionKind.ITEM,
            agenda_item=item,
            position=100 + number,
            body="<p>Une phrase qui tient à peu près une ligne dans la page du compte rendu.</p>" * (1 + number % 5),
        )
    reader = pypdf.PdfReader(BytesIO(pdf_of(document, february)))
    assert len(reader.pages) > 3
    # The first page ends within the agenda, which holds the same titles.
    for page in reader.pages[1:]:
        lines = lines_from_the_top(page)
        # The last line of the text stands above the footer (version, number of the page).
        body = [line for line in lines if not re.fullmatch(r"Version .*|\d+ / \d+|Version .*\d+ / \d+", line)]
        assert "Titre du point" not in body[-1]


def lines_from_the_top(page) -> list[str]:
    """The lines of a page by their height, whatever the order in which they were drawn."""
    placed: dict[int, list[str]] = {}

    def visit(text, user_matrix, text_matrix, _font, _size):
        if text.strip():
            y = user_matrix[5] + user_matrix[3] * text_matrix[5]
            placed.setdefault(round(y), []).append(text)

    page.extract_text(visitor_text=visit)
    return [plain(" ".join(placed[y])).strip() for y in sorted(placed, reverse=True)]
