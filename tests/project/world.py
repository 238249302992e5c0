"""One fixed world for the sweeps: two countries, three bodies, every role, meetings in every state of interest."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from core.actors import SYSTEM
from core.middleware import SESSION_SEEN, SESSION_STARTED
from core.models import (
    Artefact,
    DocumentJob,
    Draft,
    JobState,
    OutgoingEmail,
    SignedLink,
    Solicitation,
    TransitionRecord,
)
from core.solicitations.links import hash_of as token_hash
from interventions.models import DecisionLink
from interventions.services.api_tokens import make_token
from meetings.enums import (
    AttendanceStatus,
    Capacity,
    ImportState,
    ItemKind,
    MeetingKind,
    MeetingState,
    MinutesState,
    ReplyOutcome,
    SectionKind,
    VersionKind,
)
from meetings.models import (
    AgendaProposal,
    Attachment,
    CorrectionRequest,
    DistributionEntry,
    ImportBatch,
    ImportedMinutes,
    Meeting,
    MeetingYear,
    Minutes,
    ReceivedReply,
    SectionVersion,
)
from meetings.services.circulation import keep_version
from taskforce.enums import ReportKind
from taskforce.models import (
    Activity,
    AgencyAlias,
    AgencyOffice,
    Invite,
    LeadAgency,
    OfficeHead,
    Person,
    TaskForce,
    TermsComment,
    TermsOfReference,
    TermsReview,
    TermsSectionVersion,
    Theme,
    User,
    WorkPlan,
)
from taskforce.notifications.recipients import choice_token
from taskforce.queries.feeds import url_of
from taskforce.services.feeds import create_feed
from taskforce.services.invites import hash_of
from taskforce.services.reports import list_report, year_report
from tests.meetings.factories import (
    AgencyUpdateFactory,
    AgendaItemFactory,
    AttendanceFactory,
    InvitationFactory,
    MeetingActionFactory,
    MeetingDecisionFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    MinutesFactory,
    MinutesSectionFactory,
)
from tests.project.world_imports import imports_of
from tests.project.world_interventions import campaigns_of, cartography_of, interventions_of, views_of
from tests.project.world_reference import reference_of, shared_lists
from tests.taskforce.asked import asked
from tests.taskforce.factories import (
    AgencyFactory,
    CountryFactory,
    MandateFactory,
    OfficeFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    TermsFactory,
    TermsSectionFactory,
    UserFactory,
    member,
)

TOKEN = "jeton-d-une-invitation-encore-valable"

# In the order of the columns of config/authz/matrix.csv.
ROLES = [
    "anonymous",
    "observer",
    "substitute",
    "titular",
    "ended",
    # A titular whom the secretariat made rapporteur of the body's meetings.
    "rapporteur",
    "secretariat",
    # Of the body's country.
    "data_manager",
    # Secretariat of a body of another country.
    "other_secretariat",
    # Secretariat of another body of the same country.
    "neighbour_secretariat",
    "administrator",
]


class Things(dict[str, Any]):
    """Objects by name. A name stands for one: another thing under it would be asked for in its place."""

    def __ior__(self, more: Any) -> Things:  # type: ignore[override,misc]
        if twice := self.keys() & more.keys():
            raise ValueError(f"two things of the world are called {sorted(twice)}")
        return super().__ior__(more)


@dataclass
class World:
    """Objects by the names that the matrix uses; `people` by role."""

    people: dict[str, Person | None] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    things: Things = field(default_factory=Things)
    cookies: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["things"][name]
        except KeyError:
            raise AttributeError(name) from None

    def client(self, role: str, **kwargs) -> Client:
        """A browser in which `role` is signed in (nobody for « anonymous »); the session was made with the world."""
        client = Client(**kwargs)
        if role in self.cookies:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[role]
        return client

    def sign_in(self) -> None:
        """One session for each role, as if its first page had been read already."""
        for role, user in self.users.items():
            client = Client()
            client.force_login(user)
            session = client.session
            session[SESSION_STARTED] = session[SESSION_SEEN] = int(time.time())
            session.save()
            self.cookies[role] = session.session_key


def build() -> World:
    """Write the world into the present transaction."""
    world = World()
    niger, senegal = CountryFactory(), CountryFactory(senegal=True)
    body = TaskForceFactory(country=niger, name="Protection sociale – Niger", slug="niger", quorum_share="0.5")
    neighbour = TaskForceFactory(country=niger, name="Groupe Nutrition – Niger", slug="nutrition")
    abroad = TaskForceFactory(country=senegal, name="Protection sociale – Sénégal", slug="senegal")
    people = {
        "observer": member(body, role="observer", family_name="Observatrice"),
        "substitute": member(body, role="substitute", family_name="Suppléante"),
        "titular": member(body, role="titular", family_name="Titulaire"),
        "ended": member(body, role="ended", family_name="Ancienne"),
        "rapporteur": member(body, role="titular", family_name="Rapporteuse"),
        "secretariat": member(body, role="secretariat", family_name="Secrétaire"),
        "data_manager": member(body, role="data_manager", family_name="Gestionnaire"),
        "other_secretariat": member(abroad, role="secretariat", family_name="Dakaroise"),
        "neighbour_secretariat": member(neighbour, role="secretariat", family_name="Voisine"),
    }
    administrator = UserFactory(administrator=True, email="administration@example.org")
    world.people = people
    world.users = {**{role: person.user for role, person in people.items()}, "administrator": administrator}
    world.things |= {
        "country": niger,
        "body": body,
        "neighbour": neighbour,
        "abroad": abroad,
        "titular_agency": people["titular"].mandates.get().seat.agency,
        **_who(body, people),
        **_meetings(body, people, prefix=""),
        **{f"abroad_{name}": thing for name, thing in _who(abroad, {}).items()},
        **_meetings(abroad, {}, prefix="abroad_"),
    }
    for prefix, one in (("", body), ("abroad_", abroad)):
        world.things |= _work_plan(one, world.titular_agency, prefix=prefix)
        world.things |= _terms(one, world.titular_agency, prefix=prefix)
    world.things["group"] = _group(body, people)
    world.things |= _terms_draft(world.group)
    world.things["abroad_terms_draft_section"] = world.abroad_terms_section
    world.things |= _desk(world)
    world.things |= {
        "designation": asked(world.seat, head=world.head, number=1),
        "answered": asked(SeatFactory(task_force=body), state="submitted", persons=2, number=2),
        "abroad_designation": asked(world.abroad_seat, head=world.abroad_head, number=1),
    }
    world.things |= _signed_link(world.designation.solicitation)
    world.things |= _reports(world)
    world.things |= interventions_of(niger, world.titular_agency, prefix="")
    world.things |= interventions_of(senegal, world.abroad_agency, prefix="abroad_")
    for prefix in ("", "abroad_"):
        world.things |= reference_of(world.things[f"{prefix}region"], world.things[f"{prefix}unit"], prefix=prefix)
        link = DecisionLink.objects.create(
            decision=world.things[f"{prefix}decision"], intervention=world.things[f"{prefix}intervention"]
        )
        DecisionLink.objects.create(
            action=world.things[f"{prefix}action"],
            intervention=link.intervention,
            line=world.things[f"{prefix}line"],
        )
        world.things[f"{prefix}decision_link"] = link
        world.things[f"{prefix}api_token"] = make_token(
            link.intervention.country, name="Carte d’un partenaire", actor=SYSTEM
        ).row
    world.things |= shared_lists(world.instrument, world.target_group)
    world.things |= views_of(niger, world.users["titular"], prefix="")
    world.things |= views_of(senegal, world.users["other_secretariat"], prefix="abroad_")
    world.things |= cartography_of(niger, prefix="")
    world.things |= cartography_of(senegal, prefix="abroad_")
    world.things |= campaigns_of(body, world.users["data_manager"], world.titular_agency, prefix="")
    world.things |= campaigns_of(abroad, world.users["other_secretariat"], world.abroad_agency, prefix="abroad_")
    world.things |= imports_of(niger, world.users["data_manager"], world.things["line"], prefix="")
    world.things |= imports_of(senegal, world.users["other_secretariat"], world.things["abroad_line"], prefix="abroad_")
    for user in world.users.values():
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    world.sign_in()
    return world


def _who(body: TaskForce, people: dict[str, Person]) -> dict[str, Any]:
    """A structure with its names, its office, its seat, a titular and a successor; a function; somebody without an account."""
    agency = AgencyFactory(acronym=f"DIR-{body.slug}", country=body.country)
    seat = SeatFactory(task_force=body, agency=agency)
    person = PersonFactory(family_name=f"Sans compte {body.slug}", agency=agency)
    theme = Theme.objects.create(name=f"Ciblage {body.slug}")
    office = AgencyOffice.objects.create(agency=agency, country=body.country, duty_station=body.slug)
    return {
        "agency": agency,
        "alias": AgencyAlias.objects.create(agency=agency, label=f"Direction {body.slug}"),
        "office_of_agency": office,
        "head": OfficeHead.objects.create(
            office=office,
            person=PersonFactory(),
            address_of_record=f"direction@{body.slug}.example.org",
            period=seat.period,
        ),
        "seat": seat,
        "mandate": MandateFactory(seat=seat, person=person),
        "office": OfficeFactory(task_force=body, role="chair"),
        "person": person,
        "theme": theme,
        "lead": LeadAgency.objects.create(task_force=body, agency=agency, period=seat.period),
    }


def _signed_link(solicitation: Solicitation) -> dict[str, Any]:
    """A link as the director has it in the mail, and the public id that stands in the addresses of its pages."""
    token = "lien-" + "a" * 40
    SignedLink.objects.create(
        solicitation=solicitation,
        token_hash=token_hash(token),
        email=solicitation.email,
        expires_at=timezone.now() + timedelta(days=30),
    )
    return {"link_token": token, "public_id": str(solicitation.public_id)}


def _group(parent: TaskForce, people: dict[str, Person]) -> TaskForce:
    """A thematic group of the body, with the same secretariat."""
    group = TaskForceFactory(
        country=parent.country, name="Groupe ciblage – Niger", slug="ciblage", kind="thematic_group", parent=parent
    )
    OfficeFactory(task_force=group, person=people["secretariat"])
    return group


def _terms(body: TaskForce, agency: Any, *, prefix: str) -> dict[str, Any]:
    """Terms of reference in force, and a second version that is shared, with a comment of `agency`."""
    adopted = TermsFactory(task_force=body)
    origin = TermsSectionFactory(terms=adopted, position=1, title=f"Objectifs de {body.slug}")
    TermsOfReference.objects.filter(pk=adopted.pk).update(
        state="adopted", adopted_on=body.today() - timedelta(days=400), adopted_by="Équipe-pays"
    )
    shared = TermsFactory(task_force=body, number=2, based_on=adopted, shared=True)
    section = TermsSectionFactory(terms=shared, position=1, title=origin.title, origin=origin, shared_version=1)
    TermsSectionVersion.objects.create(section=section, number=1, title=section.title, body=section.body)
    comment = TermsComment.objects.create(terms=shared, section=section, agency=agency, round=1, text="À préciser.")
    review = TermsReview.objects.create(terms=shared, agency=agency, round=1, mark="commented")
    return {
        f"{prefix}terms_review": review,
        f"{prefix}terms": shared,
        f"{prefix}terms_adopted": adopted,
        f"{prefix}terms_section": section,
        f"{prefix}terms_comment": comment,
    }


def _terms_draft(body: TaskForce) -> dict[str, Any]:
    """A text that its secretariat is writing."""
    draft = TermsFactory(task_force=body)
    return {"terms_draft": draft, "terms_draft_section": TermsSectionFactory(terms=draft, position=1)}


def _work_plan(body: TaskForce, agency: Any, *, prefix: str) -> dict[str, Any]:
    """The plan of 2026 with an activity that `agency` leads."""
    plan = WorkPlan.objects.create(task_force=body, year=2026)
    activity = Activity.objects.create(plan=plan, title="Étude sur le ciblage", months=[2, 3], lead_agency=agency)
    return {f"{prefix}work_plan": plan, f"{prefix}activity": activity}


def _meetings(body: TaskForce, people: dict[str, Person], *, prefix: str) -> dict[str, Any]:
    """A series; a meeting to come, one convened, one being logged, one shared, one published, one cancelled."""
    now = timezone.now()
    series = MeetingSeriesFactory(task_force=body)
    rapporteur = people.get("rapporteur")
    states = {
        "meeting_to_come": (MeetingState.DRAFT, None, 40),
        "meeting_convened": (MeetingState.CONVENED, None, 5),
        "meeting": (MeetingState.IN_PROGRESS, MinutesState.DRAFT, 0),
        "meeting_shared": (MeetingState.HELD, MinutesState.CIRCULATED, -30),
        "meeting_published": (MeetingState.CLOSED, MinutesState.PUBLISHED, -60),
        "meeting_cancelled": (MeetingState.CANCELLED, None, -90),
    }
    things: dict[str, Any] = {f"{prefix}series": series}
    things[f"{prefix}entry"] = DistributionEntry.objects.create(
        task_force=body, name="Aminata Issa", email="diffusion@example.org", starts_on=date(2016, 1, 1)
    )
    MeetingYear.objects.create(task_force=body, year=timezone.localdate(timezone=body.tz).year)
    things[f"{prefix}meetings_year"] = str(timezone.localdate(timezone=body.tz).year)
    for name, (state, minutes_state, days) in states.items():
        start = (now + timedelta(days=days)).replace(minute=30, second=0, microsecond=0)
        meeting = MeetingFactory(
            task_force=body,
            series=series,
            slot=start.date(),
            starts_at=start,
            state=state,
            rapporteur=rapporteur,
            theme=f"Thème {prefix}{name}",
            kind=MeetingKind.ORDINARY,
        )
        things[f"{prefix}{name}"] = meeting
        things |= {f"{prefix}{key}_of_{name}": thing for key, thing in _content(meeting, minutes_state, people).items()}
    # The short names stand for those of the meeting being logged.
    for key in [key for key in things if key.endswith("_of_meeting")]:
        things[key.removesuffix("_of_meeting")] = things[key]
    return things


def _content(meeting: Meeting, minutes_state: str | None, people: dict[str, Person]) -> dict[str, Any]:
    body = meeting.task_force
    agency = people["titular"].mandates.get().seat.agency if people else AgencyFactory()
    item = AgendaItemFactory(meeting=meeting, position=1, title="Plan de travail", kind=ItemKind.DECISION, minutes=30)
    last = AgendaItemFactory(meeting=meeting, position=2, title="Divers", kind=ItemKind.OTHER)
    things = {
        "item": item,
        "last_item": last,
        "invitation": InvitationFactory(meeting=meeting, person=people.get("titular") or PersonFactory()),
        "attendance": AttendanceFactory(meeting=meeting, agency=agency),
        "guest": AttendanceFactory(
            meeting=meeting, agency=None, capacity=Capacity.GUEST, status=AttendanceStatus.EXCUSED
        ),
    }
    content = b"%PDF-1.7 note"
    things["attachment"] = Attachment.objects.create(
        meeting=meeting,
        agenda_item=item,
        name="note.pdf",
        content_type="application/pdf",
        size=len(content),
        sha256="c" * 64,
        file=ContentFile(content, name="note.pdf"),
    )
    things["proposal"] = AgendaProposal.objects.create(
        meeting=meeting, title="Un point proposé", proposed_by=things["invitation"].person
    )
    TransitionRecord.record(meeting, before=MeetingState.DRAFT, after=meeting.state, actor=SYSTEM)
    if minutes_state is not None:
        minutes = MinutesFactory(meeting=meeting, state=minutes_state)
        section = MinutesSectionFactory(minutes=minutes, kind=SectionKind.CONTEXT, position=1)
        SectionVersion.objects.create(section=section, number=1, body=section.body)
        things |= {
            "minutes": minutes,
            "section": section,
            "item_section": MinutesSectionFactory(minutes=minutes, kind=SectionKind.ITEM, agenda_item=item, position=2),
            "update": AgencyUpdateFactory(meeting=meeting, agency=agency),
            # Of an agency that nobody of `people` sits for.
            "other_update": AgencyUpdateFactory(meeting=meeting, agency=SeatFactory(task_force=body).agency),
            "decision": MeetingDecisionFactory(meeting=meeting, agenda_item=item).decision,
            "action": (action := MeetingActionFactory(meeting=meeting, agenda_item=item).action),
            "action_owner": action.owners.create(agency=agency),
        }
        if minutes_state != MinutesState.DRAFT:
            things |= _circulation(minutes, section, agency, people)
    return things


def _circulation(minutes: Any, section: Any, agency: Any, people: dict[str, Person]) -> dict[str, Any]:
    """Minutes that were shared: a version that is kept, until when observations are waited for, one of the titular."""
    Minutes.objects.filter(pk=minutes.pk).update(
        circulated_at=timezone.now(), observations_until=minutes.meeting.task_force.today() + timedelta(days=5)
    )
    minutes.refresh_from_db()
    keep_version(minutes, VersionKind.CIRCULATED, who=SYSTEM)
    correction = CorrectionRequest.objects.create(
        minutes=minutes,
        section=section,
        agency=agency,
        person=people.get("titular"),
        body="<p>Un autre texte.</p>",
        base_body=section.body,
        base_version=section.version,
    )
    return {"correction": correction, "observed": f"s{section.pk}"}


def _desk(world: World) -> dict[str, Any]:
    """What lies on the secretariat's desk: a mail of the body, a document that is ready, text being typed."""
    body_type = ContentType.objects.get_for_model(TaskForce)
    secretary = world.users["secretariat"]

    def mail(scope: TaskForce | None, subject: str) -> OutgoingEmail:
        return OutgoingEmail.objects.create(
            unique_key=f"sweep:{subject}",
            kind="reminder",
            scope_type=body_type if scope else None,
            scope_id=scope.pk if scope else None,
            recipient="personne@example.org",
            subject=subject,
            text="Bonjour,",
            html="<p>Bonjour,</p>",
            message_id=f"<{uuid.uuid4()}@example.org>",
            state="failed",
            error="450 4.2.1 boîte occupée",
            next_attempt_at=None,
        )

    def ready_document(meeting: Meeting, user: User) -> tuple[Artefact, DocumentJob]:
        content = b"%PDF-1.7 essai"
        artefact = Artefact.objects.create(
            document="minutes",
            object_id=meeting.minutes.pk,
            format="pdf",
            version=1,
            filename="compte-rendu.pdf",
            sha256="a" * 64,
            content_sha256="b" * 64,
            size=len(content),
            file=ContentFile(content, name="compte-rendu.pdf"),
        )
        job = DocumentJob.objects.create(
            document="minutes",
            object_id=meeting.minutes.pk,
            format="pdf",
            requested_by=user,
            state=JobState.DONE,
            artefact=artefact,
        )
        return artefact, job

    artefact, job = ready_document(world.meeting_published, secretary)
    abroad_artefact, abroad_job = ready_document(world.abroad_meeting_shared, world.users["other_secretariat"])
    Invite.objects.create(
        person=world.person,
        email=world.person.email,
        token_hash=hash_of(TOKEN),
        invited_by=secretary,
        expires_at=timezone.now() + timedelta(days=14),
    )
    feeds = _feeds(world)
    draft = Draft.objects.create(
        author=secretary,
        content_type=ContentType.objects.get_for_model(world.section),
        object_id=world.section.pk,
        base_version=world.section.version,
        text="<p>En train d’écrire.</p>",
    )
    return {
        "email": mail(world.body, "Rappel"),
        "abroad_email": mail(world.abroad, "Rappel de Dakar"),
        "platform_email": mail(None, "Code de connexion"),
        "artefact": artefact,
        "job": job,
        "abroad_artefact": abroad_artefact,
        "abroad_job": abroad_job,
        "draft": draft,
        "invite_token": TOKEN,
        **feeds,
        "mail_token": choice_token(world.person.pk, "reunions"),
    }


def _imported(body: TaskForce, user: User, meeting: Meeting, *, prefix: str) -> dict[str, Any]:
    """A document of the past that waits for its review, and one that is joined to `meeting`."""
    batch = ImportBatch.objects.create(task_force=body, created_by=user)
    sheet = {"head": {"title": "Comité", "date": "14/6/2012", "start": "10 h", "end": "12 h", "context": "On a parlé."}}
    sheet |= {"people": [], "items": [], "updates": [], "decisions": [], "actions": []}

    def document(name: str, **facts: Any) -> ImportedMinutes:
        content = ContentFile(f"Comité {name}".encode(), name=f"{name}.txt")
        return ImportedMinutes.objects.create(
            batch=batch, task_force=body, name=f"{name}.txt", sha256=name, size=9, file=content, sheet=sheet, **facts
        )

    return {
        f"{prefix}import_batch": batch,
        f"{prefix}imported": document(f"{prefix}a-relire", state=ImportState.READ, text="Comité\nOn a parlé."),
        f"{prefix}imported_joined": document(
            f"{prefix}joint", state=ImportState.APPLIED, meeting=meeting, made={"attached": True}
        ),
    }


def _reports(world: World) -> dict[str, Any]:
    """The lists that the secretariat asked for as documents, and the year."""
    secretary = world.users["secretariat"]
    return {
        "action_report": list_report(world.body, ReportKind.ACTIONS, "etat=toutes", reader=secretary),
        "decision_report": list_report(world.body, ReportKind.DECISIONS, "", reader=secretary),
        "presence_report": year_report(world.body, ReportKind.PRESENCE, 2026),
        "year_review": year_report(world.body, ReportKind.REVIEW, 2026),
    }


def _reply(meeting: Meeting) -> ReceivedReply:
    return ReceivedReply.objects.create(
        message_id=f"<{uuid.uuid4()}@example.org>",
        sender="assistante@example.org",
        attendee="titulaire@example.org",
        partstat="ACCEPTED",
        outcome=ReplyOutcome.TO_SETTLE,
        reason="Le message vient d’une autre adresse.",
        task_force=meeting.task_force,
        meeting=meeting,
    )


def _feeds(world: World) -> dict[str, Any]:
    """A titular's own calendar address, and the links of two bodies."""
    titular, secretary = world.users["titular"], world.users["secretariat"]
    body_feed = create_feed(owner=None, body=world.body, actor=secretary)
    return {
        "feed": create_feed(owner=titular, body=None, actor=titular),
        "body_feed": body_feed,
        "abroad_body_feed": create_feed(owner=None, body=world.abroad, actor=world.users["other_secretariat"]),
        # Left to the secretariat by a calendar's answer.
        **_imported(world.body, secretary, world.meeting_shared, prefix=""),
        **_imported(world.abroad, world.users["other_secretariat"], world.abroad_meeting_shared, prefix="abroad_"),
        "reply": _reply(world.meeting_convened),
        "abroad_reply": _reply(world.abroad_meeting_convened),
        "feed_token": url_of(body_feed).rpartition("/")[2].removesuffix(".ics"),
    }
