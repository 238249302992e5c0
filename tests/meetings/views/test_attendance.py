"""The sheet of presence: one form, one save, nothing typed lost, everybody of 11 February 2016 entered by hand."""

import re
from datetime import date, time
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from core.fields import period
from meetings.enums import Capacity, MeetingKind, MeetingState
from meetings.forms.attendance_names import parse_person
from meetings.models import Attendance
from taskforce.models import Mandate, Person
from tests.meetings.factories import AttendanceFactory, MeetingFactory
from tests.taskforce.factories import (
    AgencyFactory,
    CountryFactory,
    OfficeFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(body):
    return MeetingFactory(task_force=body, state=MeetingState.HELD)


@pytest.fixture
def url(meeting):
    return reverse("meetings:attendance_edit", args=[meeting.pk])


def shown(response):
    assert response.status_code == 200
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def sheet_of(client, url):
    """The fields of the form as a browser would send them untouched."""
    page = client.get(url).content.decode()
    fields = {}
    for tag in re.findall(r"<input [^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") == "radio" and " checked" not in tag:
            continue
        if "name" in attributes and attributes["name"] != "csrfmiddlewaretoken":
            fields[attributes["name"]] = attributes.get("value", "").replace("&#x27;", "'")
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def typed(number, person, agency, **facts):
    return {
        f"n{number}-{name}": value
        for name, value in {"status": "present", "person": person, "agency": agency, **facts}.items()
    }


FEBRUARY_2016 = [
    ("M. Olivier Exemple", "BIT"),
    ("Mme Caroline Modèle", "WFP"),
    ("M. Maliki Témoin", "fao"),
    ("Mme Lise Dal Secco", "Pnud"),
    ("Mme Salmey BEBER", "UNICEF"),
]


def test_the_five_of_11_february_2016_are_typed_and_counted(body, office, signed_in):
    """No mandate, no quorum: each a person made on the spot, for an agency called by any of its names."""
    for acronym, alias in [
        ("BIT", "ILO"),
        ("PAM", "WFP"),
        ("FAO", "OAA"),
        ("PNUD", "UNDP"),
        ("UNICEF", "Fonds pour l’enfance"),
    ]:
        AgencyFactory(acronym=acronym).aliases.create(label=alias)
    meeting = MeetingFactory(task_force=body, kind=MeetingKind.HISTORICAL)
    url = reverse("meetings:attendance_edit", args=[meeting.pk])
    fields = sheet_of(office, url)
    assert fields["lines"] == "5", "where nobody sits, five empty lines to begin with"
    for number, (person, agency) in enumerate(FEBRUARY_2016):
        fields |= typed(number, person, agency)
    response = office.post(url, fields)
    assert response.status_code == 302
    assert "5 agences représentées." in str(next(iter(get_messages(response.wsgi_request))))
    assert set(meeting.attendances.values_list("capacity", "mandate")) == {(Capacity.WITHOUT_MANDATE, None)}
    names = set(
        Person.objects.filter(attendances__meeting=meeting).values_list("civility", "given_name", "family_name")
    )
    assert ("ms", "Lise", "Dal Secco") in names
    assert ("ms", "Salmey", "BEBER") in names
    # Sent again as it was (a lost answer, a second press): nobody is doubled.
    assert office.post(url, fields).status_code == 302
    assert (Person.objects.filter(attendances__meeting=meeting).count(), meeting.attendances.count()) == (5, 5)


def test_the_sheet_lists_who_sits_that_day(body, office, meeting, url, agency_with):
    _pam, (titular, first, second) = agency_with(body, "PAM", substitutes=2)
    _later, (too_late, *_) = agency_with(body, "OMS", since=date(2016, 3, 9))
    SeatFactory(task_force=body, agency=AgencyFactory(acronym="FAO"), period=period(date(2016, 3, 1)))
    chair = OfficeFactory(task_force=body, role="chair").person
    guest = AttendanceFactory(meeting=meeting, capacity=Capacity.GUEST, agency=None).person
    sheet = office.get(url).context["sheet"]
    lists = {group.title: [line.person for line in group.lines] for group in sheet.groups}
    assert lists["PAM"] == [titular, first, second]
    assert lists["FAO"] == []
    assert "OMS" not in lists
    assert chair in lists["Secrétariat et présidence"]
    assert lists["Autres personnes"] == [guest]
    assert too_late not in [line.person for line in sheet.lines]
    assert "personne n’est désigné" in shown(office.get(url))


@pytest.mark.parametrize("agency_count", [1, 30])
def test_few_queries_whatever_the_size(
    body, office, meeting, url, agency_with, agency_count, django_assert_max_num_queries
):
    for number in range(agency_count):
        agency, (person, *_) = agency_with(body, f"S{number}", substitutes=2)
        AttendanceFactory(
            meeting=meeting, person=person, agency=agency, mandate=person.mandates.get(), capacity="titular"
        )
    office.get(url)
    with django_assert_max_num_queries(12):
        office.get(url)


def test_untouched_the_sheet_changes_nothing(body, office, meeting, url, agency_with):
    agency, (titular, substitute) = agency_with(body, "PAM")
    AttendanceFactory(
        meeting=meeting,
        person=titular,
        agency=agency,
        mandate=titular.mandates.get(),
        capacity="titular",
        arrived_at="10:45",
    )
    here = AttendanceFactory(meeting=meeting, person=PersonFactory(agency=AgencyFactory()))
    away = AttendanceFactory(
        meeting=meeting,
        person=substitute,
        agency=agency,
        capacity="substitute",
        mandate=substitute.mandates.get(),
        status="represented",
        represented_by=here,
    )
    AttendanceFactory(meeting=meeting, capacity="substitute", proxy_granted_by="La directrice")
    AttendanceFactory(meeting=meeting, capacity="guest", agency=None)
    before = list(Attendance.objects.order_by("pk").values())
    assert office.post(url, sheet_of(office, url)).status_code == 302
    assert list(Attendance.objects.order_by("pk").values()) == before
    assert away.events.count() == 1


def test_from_a_phone_one_tap_each(body, office, meeting, url, agency_with):
    _agency, (titular, substitute) = agency_with(body, "PAM")
    fields = sheet_of(office, url)
    fields |= {f"p{titular.pk}-status": "excused", f"p{substitute.pk}-status": "present"}
    assert office.post(url, fields).status_code == 302
    rows = dict(meeting.attendances.values_list("person", "status"))
    assert rows == {titular.pk: "excused", substitute.pk: "present"}
    fields = sheet_of(office, url) | {f"p{titular.pk}-status": ""}
    office.post(url, fields)
    assert list(meeting.attendances.values_list("person", flat=True)) == [substitute.pk]


def test_represented_by_a_name_of_the_list(body, office, meeting, url, agency_with):
    _agency, (titular, substitute) = agency_with(body, "PAM")
    fields = sheet_of(office, url)
    fields |= {
        f"p{titular.pk}-status": "represented",
        f"p{titular.pk}-represented_by": f"{substitute.full_name.upper()} (pam)",
    }
    page = shown(office.post(url, fields))
    assert "notez d’abord sa présence" in page
    fields[f"p{substitute.pk}-status"] = "remote"
    assert office.post(url, fields).status_code == 302
    assert meeting.attendances.get(person=titular).represented_by.person == substitute
    # A new line may be named too.
    fields = (
        sheet_of(office, url)
        | typed(0, "Mme Hadiza Neuve", "PAM")
        | {f"p{titular.pk}-represented_by": "mme hadiza neuve"}
    )
    assert office.post(url, fields).status_code == 302
    assert meeting.attendances.get(person=titular).represented_by.person.family_name == "Neuve"
    fields = sheet_of(office, url) | {f"p{titular.pk}-represented_by": "Personne"}
    assert "n’est pas dans la liste" in shown(office.post(url, fields))


def test_one_more_line_keeps_all_that_was_typed_and_saves_nothing(body, office, meeting, url, agency_with):
    _agency, (titular, *_) = agency_with(body, "PAM")
    fields = (
        sheet_of(office, url)
        | {f"p{titular.pk}-status": "present"}
        | typed(0, "Mme Lise Dal Secco", "PNUD", arrived_at="11h")
    )
    page = shown(office.post(url, fields | {"add": "1"}))
    assert 'name="n1-person"' in page
    assert 'value="Mme Lise Dal Secco"' in page
    assert 'value="11h"' in page
    assert re.search(rf'id="id_p{titular.pk}-status_1"[^>]* checked', page)
    assert not meeting.attendances.exists()
    assert not Person.objects.filter(family_name="Dal Secco").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (typed(0, "Mme Lise Dal Secco", "Ministère inconnu"), "n’est pas une structure connue"),
        (typed(0, "Mme Lise Dal Secco", ""), "Indiquez l’agence"),
        (typed(0, "", "PNUD"), "Écrivez le nom"),
        (typed(0, "Mme", "PNUD", email="x"), "Adresse"),
        (typed(0, "x" * 161, "PNUD"), "160"),
        (typed(0, "Mme A\x00B", "PNUD"), "caractère"),
        (typed(0, "Mme Lise Dal Secco", "PNUD", arrived_at="25h"), "n’existe pas"),
        (typed(0, "Mme Lise Dal Secco", "PNUD", arrived_at="12h", left_at="11h"), "précède"),
        (typed(0, "Mme Lise Dal Secco", "PNUD", status="excused", left_at="11h"), "n’est pas venue"),
        (typed(0, "Mme Lise Dal Secco", "PNUD", status="sitting"), "choix"),
        (typed(0, "Mme Lise Dal Secco", "PNUD", status=""), "Choisissez une présence"),
        (typed(0, "Mme Lise Dal Secco", "PNUD", capacity="titular"), "procuration"),
        (typed(0, "Mme Lise Dal Secco", "PNUD", status="represented"), "par qui"),
    ],
)
def test_errors_stand_on_their_line_and_nothing_is_saved_or_lost(office, meeting, url, line, said):
    AgencyFactory(acronym="PNUD")
    page = shown(office.post(url, sheet_of(office, url) | line))
    assert said in page
    assert "Rien n’est encore enregistré" in page
    assert not meeting.attendances.exists()
    for name, value in line.items():
        if value and "\x00" not in value and not name.endswith(("-status", "-capacity")):
            assert f'name="{name}" value="{value}"' in page


def test_namesakes_are_told_apart_by_their_agency(body, office, meeting, url, agency_with):
    pam, fao = AgencyFactory(acronym="PAM"), AgencyFactory(acronym="FAO")
    ones = [PersonFactory(given_name="Aïssa", family_name="Oumarou", agency=agency) for agency in (pam, fao)]
    for one in ones:
        AttendanceFactory(meeting=MeetingFactory(task_force=body), person=one, agency=one.agency)
    page = shown(office.post(url, sheet_of(office, url) | typed(0, "Aissa Oumarou", "")))
    assert "Plusieurs personnes portent ce nom" in page
    office.post(url, sheet_of(office, url) | typed(0, "Mme Aïssa Oumarou (FAO)", ""))
    assert meeting.attendances.get().person == ones[1]
    office.post(url, sheet_of(office, url) | typed(0, "aïssa oumarou", "PAM"))
    assert set(meeting.attendances.values_list("person", flat=True)) == {one.pk for one in ones}
    # Of a third agency, somebody else.
    AgencyFactory(acronym="BIT")
    office.post(url, sheet_of(office, url) | typed(0, "Aïssa Oumarou", "BIT"))
    assert Person.objects.filter(family_name="Oumarou").count() == 3


def test_guests_may_have_no_agency(office, meeting, url):
    assert (
        office.post(url, sheet_of(office, url) | typed(0, "Pr Boubacar Sage", "", capacity="guest")).status_code == 302
    )
    row = meeting.attendances.get()
    assert (row.capacity, row.agency, row.person.civility) == ("guest", None, "pr")


def test_structures_of_other_countries_are_not_known_here(office, meeting, url):
    AgencyFactory(acronym="DGPSN", country=CountryFactory(senegal=True))
    assert "n’est pas une structure connue" in shown(
        office.post(url, sheet_of(office, url) | typed(0, "M. X Y", "DGPSN"))
    )


def test_who_lost_the_mandate_meanwhile_keeps_the_line_and_is_said(body, office, meeting, url, agency_with):
    agency, (titular, *_) = agency_with(body, "PAM", substitutes=0)
    AttendanceFactory(meeting=MeetingFactory(task_force=body), person=titular, agency=agency)
    fields = sheet_of(office, url) | {f"p{titular.pk}-status": "present"}
    Mandate.objects.all().delete()
    assert office.post(url, fields).status_code == 302
    assert meeting.attendances.get().capacity == Capacity.WITHOUT_MANDATE


def test_two_people_at_once_neither_overwrites_the_other_unseen(body, office, meeting, url, agency_with):
    _agency, (titular, substitute) = agency_with(body, "PAM")
    mine, theirs = sheet_of(office, url), sheet_of(office, url)
    office.post(url, theirs | {f"p{titular.pk}-status": "excused"})
    office.post(url, mine | {f"p{substitute.pk}-status": "present"})
    assert meeting.attendances.count() == 2
    response = office.post(url, mine | {f"p{titular.pk}-status": "present"})
    page = shown(response)
    assert "a noté « Excusé(e) » entre-temps" in page
    assert meeting.attendances.get(person=titular).status == "excused"
    # Sent again, knowingly: the page now carries what the database held.
    seen = re.search(rf'name="p{titular.pk}-seen" value="([^"]*)"', page)[1]
    assert office.post(url, mine | {f"p{titular.pk}-status": "present", f"p{titular.pk}-seen": seen}).status_code == 302
    assert meeting.attendances.get(person=titular).status == "present"


def test_the_live_count(agency_with, signed_in, meeting, office):
    body = meeting.task_force
    body.quorum_share = Decimal("0.5")
    body.save()
    people = [agency_with(body, acronym, substitutes=0)[1][0] for acronym in ("BIT", "FAO", "PAM")]
    url = reverse("meetings:attendance_edit", args=[meeting.pk])
    count = reverse("meetings:attendance_count", args=[meeting.pk])
    fields = sheet_of(office, url)
    assert "Quorum non atteint" in shown(office.post(count, fields | {f"p{people[0].pk}-status": "present"}))
    fields |= {f"p{person.pk}-status": "present" for person in people[:2]}
    page = shown(office.post(count, fields))
    assert "Quorum atteint" in page
    assert "2 structures membres sur 3 ; 2 requises" in page
    assert "<html" not in page
    assert not Attendance.objects.exists()
    assert office.get(count).status_code == 405
    # Half typed, it still counts the rest.
    assert "Quorum atteint" in shown(office.post(count, fields | typed(0, "Mme X", "???")))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"lines": "-1"},
        {"lines": "999999"},
        {"lines": "x"},
        {"p999999999999-status": "present"},
        {"px-status": "present"},
        {"n0-status": "present"},
    ],
)
def test_odd_answers_are_no_error_page(office, meeting, url, data):
    assert office.post(url, data).status_code == 302
    assert not meeting.attendances.exists()


def test_at_most_sixty_empty_lines(office, meeting, url):
    page = shown(office.post(url, {"lines": "999", "add": "1"}))
    assert 'name="n59-person"' in page
    assert 'name="n60-person"' not in page


def test_strangers_people_cannot_be_slipped_in(office, meeting, url):
    """A key of somebody the body does not know opens no line."""
    stranger = AttendanceFactory(meeting=MeetingFactory(task_force=TaskForceFactory())).person
    office.post(url, {"lines": "0", f"p{stranger.pk}-status": "present"})
    assert not meeting.attendances.exists()


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_a_closed_meeting_has_no_sheet(body, office, state):
    meeting = MeetingFactory(task_force=body, state=state)
    assert office.post(reverse("meetings:attendance_edit", args=[meeting.pk])).status_code == 403


@pytest.mark.parametrize(
    ("text", "civility", "given", "family"),
    [
        ("Mme Lise Dal Secco", "ms", "Lise", "Dal Secco"),
        ("M. Olivier Louis dit Guerin", "mr", "Olivier", "Louis dit Guerin"),
        ("Mme. Caroline Schaefer", "ms", "Caroline", "Schaefer"),
        ("OUMAROU Aïssa", "", "Aïssa", "OUMAROU"),
        ("Aïssa Hadiza OUMAROU DAN MAÏ", "", "Aïssa Hadiza", "OUMAROU DAN MAÏ"),
        ("Dr Sage", "dr", "", "Sage"),
        ("Monsieur Abdou", "mr", "", "Abdou"),
        ("Ibrahim", "", "", "Ibrahim"),
        ("M.", "", "", "M."),
        ("  Mme\N{NO-BREAK SPACE}Aïssa   Oumarou (UNICEF)", "ms", "Aïssa", "Oumarou"),
        ("", "", "", ""),
    ],
)
def test_names_as_people_type_them(text, civility, given, family):
    assert parse_person(text) == {"civility": civility, "given_name": given, "family_name": family}


def test_details_stay_folded_and_are_said_in_a_few_words(office, meeting, url):
    row = AttendanceFactory(meeting=meeting, arrived_at=time(10, 45), left_at=time(12, 0))
    page = shown(office.get(url))
    assert '<span class="presence-said">arrivée 10 h 45, départ 12 h 00</span>' in page
    assert '<details class="presence-more" open>' not in page
    wrong = {**sheet_of(office, url), f"p{row.person_id}-arrived_at": "25 h"}
    page = shown(office.post(url, wrong))
    assert page.count('<details class="presence-more" open>') == 1, "what is to be mended is shown"
