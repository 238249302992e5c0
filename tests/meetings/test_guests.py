"""What a meeting's theme proposes, who else is asked, and the work plan's activities."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from core.fields import period
from core.models import OutgoingEmail
from meetings.enums import MeetingState
from meetings.models import ActivityMeeting, Invitation
from meetings.queries.specialists import leads_for, specialists_for
from meetings.services.activities import tie_activities, tie_meetings
from meetings.services.convening import convene_meeting
from meetings.services.guests import invite_people, invite_person
from taskforce.models import LeadAgency, Person, Theme
from taskforce.services.workplan import add_activity
from tests.meetings.factories import MeetingFactory
from tests.taskforce.factories import AgencyFactory, PersonFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def theme():
    return Theme.objects.create(name="Ciblage et suivi de la vulnérabilité")


@pytest.fixture
def meeting(body):
    """To come, its theme written without its accents."""
    return MeetingFactory(
        task_force=body, starts_at=timezone.now() + timedelta(days=20), theme="ciblage et suivi de la vulnerabilite"
    )


def specialist(theme, **fields):
    person = PersonFactory(**fields)
    person.themes.add(theme)
    return person


def test_specialists_of_the_theme_are_proposed_whatever_case_and_accents(meeting, theme):
    known = specialist(theme, family_name="Élégante")
    specialist(Theme.objects.create(name="Nutrition"))

    assert list(specialists_for(meeting)) == [known]
    meeting.theme = "Ciblage"
    meeting.save()
    assert list(specialists_for(meeting)) == []


@pytest.mark.parametrize(
    ("written", "stands"),
    [
        ("Registre social unifié : état d’avancement", True),
        ("État du registre social unifié", True),
        ("REGISTRE  SOCIAL-UNIFIÉ", True),
        ("Registres sociaux", False),
        ("Registre social", False),
        ("", False),
    ],
)
def test_a_theme_stands_in_what_is_written_as_whole_words(body, meeting, written, stands):
    theme = Theme.objects.create(name="Registre social unifié")
    known = specialist(theme)
    agency = AgencyFactory()
    LeadAgency.objects.create(task_force=body, agency=agency, theme=theme, period=period(date(2016, 4, 1)))
    meeting.theme = written
    meeting.save()

    assert list(specialists_for(meeting)) == ([known] if stands else [])
    assert leads_for(meeting) == ([agency] if stands else [])


def test_a_short_theme_is_not_found_inside_a_word(meeting):
    specialist(Theme.objects.create(name="Eau"))
    meeting.theme = "Bureau et réseau"
    meeting.save()

    assert list(specialists_for(meeting)) == []


def test_who_is_invited_or_sits_already_is_not_proposed(body, meeting, theme, secretary):
    titular = member(body, role="titular")
    titular.themes.add(theme)
    secretary.person.themes.add(theme)
    invited = specialist(theme)
    known = specialist(theme)
    invite_person(meeting, invited, actor=secretary)

    assert list(specialists_for(meeting)) == [known]


def test_who_sat_once_is_proposed_again(body, meeting, theme):
    former = member(body, role="ended")
    former.themes.add(theme)

    assert list(specialists_for(meeting)) == [former]


def test_the_lead_on_the_theme_that_day_is_proposed(body, meeting, theme):
    now, before, elsewhere = AgencyFactory(acronym="PAM"), AgencyFactory(acronym="BIT"), AgencyFactory()
    LeadAgency.objects.create(task_force=body, agency=now, theme=theme, period=period(date(2016, 4, 1)))
    LeadAgency.objects.create(
        task_force=body, agency=before, theme=theme, period=period(date(2016, 4, 1), date(2018, 1, 1))
    )
    LeadAgency.objects.create(
        task_force=TaskForceFactory(), agency=elsewhere, theme=theme, period=period(date(2016, 4, 1))
    )

    assert leads_for(meeting) == [now]


def test_before_the_convocation_no_mail_leaves_and_then_everybody_gets_one(meeting, theme, secretary):
    known = specialist(theme)

    invite_person(meeting, known, actor=secretary)
    assert not OutgoingEmail.objects.exists()

    convene_meeting(meeting, actor=secretary)
    assert OutgoingEmail.objects.filter(kind="meeting-invitation", recipient=known.email).count() == 1


def test_after_it_each_guest_gets_one_mail_and_only_once(meeting, theme, secretary):
    convene_meeting(meeting, actor=secretary)
    known = specialist(theme)

    assert len(invite_people(meeting, [known, known], actor=secretary)) == 1
    assert invite_people(meeting, [known], actor=secretary) == []

    assert OutgoingEmail.objects.filter(kind="meeting-invitation", recipient=known.email).count() == 1


@pytest.mark.parametrize("state", [MeetingState.IN_PROGRESS, MeetingState.HELD, MeetingState.CLOSED, "cancelled"])
def test_nobody_is_invited_to_what_is_over(meeting, secretary, state):
    meeting.state = state
    meeting.save()

    with pytest.raises(ValidationError):
        invite_person(meeting, PersonFactory(), actor=secretary)


class TestPages:
    def url(self, meeting):
        return reverse("meetings:guest_invite", args=[meeting.pk])

    def test_one_click_on_the_meetings_page_invites(self, meeting, theme, office):
        known = specialist(theme, given_name="Aïssa", family_name="Oumarou")
        page = office.get(meeting.get_absolute_url()).content.decode()
        assert "Aïssa Oumarou" in page

        office.post(self.url(meeting), {"specialists": known.pk})

        assert Invitation.objects.get().person == known
        assert "Aïssa Oumarou" not in office.get(meeting.get_absolute_url()).content.decode()

    def test_a_person_is_created_on_the_spot(self, meeting, office):
        agency = AgencyFactory()
        office.post(
            self.url(meeting),
            {
                "new_given_name": "Awa",
                "new_family_name": "Sarr",
                "new_agency": agency.pk,
                "new_email": "awa@example.org",
            },
        )

        person = Invitation.objects.get().person
        assert (person.full_name, person.agency, person.email) == ("Awa Sarr", agency, "awa@example.org")

    def test_a_namesake_is_shown_first(self, meeting, office):
        PersonFactory(given_name="Awa", family_name="Sarr")
        response = office.post(self.url(meeting), {"new_given_name": "Awa", "new_family_name": "Sarr"})

        assert response.status_code == 422
        assert not Invitation.objects.exists()

    def test_nothing_chosen_is_said(self, meeting, office):
        assert office.post(self.url(meeting), {}).status_code == 422

    def test_once_convened_a_page_says_what_leaves_first(self, meeting, theme, office, secretary):
        convene_meeting(meeting, actor=secretary)
        before = OutgoingEmail.objects.count()
        known = specialist(theme)
        data = {"specialists": known.pk, "new_family_name": "Sarr", "new_email": "sarr@example.org"}

        page = office.post(self.url(meeting), data).content.decode().replace("<wbr>", "")

        assert known.email in page
        assert "sarr@example.org" in page
        assert OutgoingEmail.objects.count() == before
        assert not Person.objects.filter(family_name="Sarr").exists()

        office.post(self.url(meeting), {**data, "confirm": "on"})
        assert OutgoingEmail.objects.count() == before + 2
        assert Invitation.objects.filter(person__family_name="Sarr").exists()

    def test_the_lead_proposed_is_taken_in_one_click(self, body, meeting, theme, office):
        agency = AgencyFactory(acronym="PAM")
        LeadAgency.objects.create(task_force=body, agency=agency, theme=theme, period=period(date(2016, 4, 1)))
        url = reverse("meetings:lead_accept", args=[meeting.pk])

        office.post(url, {"agency": AgencyFactory().pk})
        meeting.refresh_from_db()
        assert meeting.lead_agency is None

        edit = office.get(reverse("meetings:meeting_edit", args=[meeting.pk]))
        assert edit.context["form"]["lead_agency"].value() == agency.pk
        office.post(url, {"agency": agency.pk})
        meeting.refresh_from_db()
        assert meeting.lead_agency == agency


class TestActivities:
    def test_a_meeting_deals_with_exactly_the_activities_chosen(self, body, meeting, secretary):
        first, second = (add_activity(body, 2016, actor=secretary, title=t, months=[3]) for t in "AB")

        tie_activities(meeting, [first, second], actor=secretary)
        tie_activities(meeting, [second], actor=secretary)
        tie_meetings(first, [meeting], actor=secretary)

        assert set(ActivityMeeting.objects.values_list("activity__title", flat=True)) == {"A", "B"}

    def test_an_activity_of_another_body_is_refused(self, meeting, secretary):
        other = TaskForceFactory()
        theirs = add_activity(other, 2016, actor=member(other, role="secretariat").user, title="A", months=[3])

        with pytest.raises(ValidationError):
            tie_activities(meeting, [theirs], actor=secretary)
        with pytest.raises(ValidationError):
            tie_meetings(theirs, [meeting], actor=secretary)

    def test_both_pages_show_the_link(self, body, meeting, office, secretary):
        activity = add_activity(body, meeting.date.year, actor=secretary, title="Étude sur le ciblage", months=[3])

        office.post(reverse("meetings:activity_links", args=[meeting.pk]), {"activities": activity.pk})

        assert "Étude sur le ciblage" in office.get(meeting.get_absolute_url()).content.decode()
        page = office.get(activity.get_absolute_url()).content.decode()
        assert meeting.get_absolute_url() in page
        office.post(reverse("meetings:activity_meetings", args=[activity.pk]), {})
        assert not ActivityMeeting.objects.exists()
