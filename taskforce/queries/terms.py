"""Terms of reference: which one sees, what each agency said, what changed between two texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from core.models import Solicitation
from core.richtext import richtext_to_text
from taskforce.enums import Role, SeatStatus, TermsMark, TermsState
from taskforce.models import (
    Agency,
    Mandate,
    Office,
    OfficeHead,
    Person,
    TaskForce,
    TermsComment,
    TermsOfReference,
    TermsReview,
    TermsSection,
    TermsSectionVersion,
)
from taskforce.models.terms import UNDER_WAY
from taskforce.queries.designations import heads_of
from taskforce.queries.grants import grants_of
from taskforce.queries.ordering import french_order
from taskforce.queries.roster import members_in_office, seats_on

# Who reads a text that is shared and not yet adopted: observers read the adopted one.
READS_SHARED = (Role.SECRETARIAT, Role.CHAIR, Role.RESIDENT_COORDINATOR, Role.TITULAR, Role.SUBSTITUTE)
# The solicitation by which directors comment without an account (taskforce.solicitations.terms_comments).
COMMENTS_KIND = "terms-comments"
WRITES = (Role.SECRETARIAT, Role.CHAIR)


def terms_visible_to(user: Any) -> QuerySet[TermsOfReference]:
    """Versions the user may read: a draft for the secretariat and the chair; once shared, who sits or serves in
    the body; once adopted, its observers too, the country's other readers and the administrator."""
    grants = grants_of(user)
    visible = Q(task_force_id__in=grants.body_ids(*WRITES))
    visible |= Q(state__in=UNDER_WAY, task_force_id__in=grants.body_ids(*READS_SHARED))
    adopted = Q(task_force_id__in=grants.body_ids()) | Q(task_force__country_id__in=grants.published_in)
    visible |= Q(state=TermsState.ADOPTED) & (adopted if not grants.is_administrator else Q())
    return TermsOfReference.objects.filter(visible).select_related("task_force__country")


def adopted_terms(body: TaskForce) -> TermsOfReference | None:
    """The terms of reference in force: the latest adopted version; None before the first adoption."""
    return body.terms.filter(state=TermsState.ADOPTED).order_by("-number").first()


def shared_terms(body: TaskForce) -> TermsOfReference | None:
    """The version under way that the members read (shared, discussed or formalised); None when there is none."""
    return body.terms.filter(state__in=UNDER_WAY).order_by("-number").first()


def sections_of(terms: TermsOfReference) -> QuerySet[TermsSection]:
    """The sections of the text in order, without those removed."""
    return (
        terms.all_sections.filter(removed_at__isnull=True)
        .select_related("updated_by__person", "terms__task_force__country")
        .order_by("position", "pk")
    )


def removed_sections(terms: TermsOfReference) -> QuerySet[TermsSection]:
    """Sections taken out of the text, which may be put back: the latest first."""
    return terms.all_sections.filter(removed_at__isnull=False).order_by("-removed_at", "pk")


def comments_of(terms: TermsOfReference) -> QuerySet[TermsComment]:
    """Every comment on the text, the oldest first."""
    return terms.comments.select_related("agency", "person", "section", "answered_by__person").order_by(
        "created_at", "pk"
    )


# Who is asked ---------------------------------------------------------------------------------


def represented_agencies(user: Any, body: TaskForce) -> list[Agency]:
    """Agencies for which the user holds a member's seat today, in French order: those he comments for."""
    today = body.today()
    mandates = Mandate.objects.filter(
        person_id=grants_of(user).person_id or 0,
        seat__task_force=body,
        seat__status=SeatStatus.MEMBER,
        period__contains=today,
        seat__period__contains=today,
    )
    return list(Agency.objects.filter(pk__in=mandates.values("seat__agency")).order_by(*french_order("acronym")))


def readers_of_shared(body: TaskForce, *, on: date | None = None) -> QuerySet[Person]:
    """Who is told that a text is shared: people in office on `on` (today) who sit for a member or serve the body."""
    day = on or body.today()
    sitting = Mandate.objects.filter(
        seat__task_force=body, seat__status=SeatStatus.MEMBER, period__contains=day, seat__period__contains=day
    )
    serving = Office.objects.filter(task_force=body, period__contains=day)
    return members_in_office(body, day).filter(Q(pk__in=sitting.values("person")) | Q(pk__in=serving.values("person")))


def directors_of(body: TaskForce, *, on: date | None = None) -> list[OfficeHead]:
    """Who heads, on `on` (today), the office of each member in the body's country; one for an agency, in French
    order of the agencies: two queries."""
    day = on or body.today()
    members = [seat for seat in seats_on(body, day) if seat.status == SeatStatus.MEMBER]
    heads = heads_of(members, body, on=day)
    return [heads[seat.agency_id] for seat in members if seat.agency_id in heads]


def requests_of(reviews: Iterable[TermsReview]) -> QuerySet[Solicitation]:
    """What was asked of directors about these readings of the text."""
    return Solicitation.objects.filter(
        kind=COMMENTS_KIND,
        target_type=ContentType.objects.get_for_model(TermsReview),
        target_id__in=[review.pk for review in reviews],
    ).order_by("pk")


@dataclass(frozen=True)
class ReviewRow:
    """A member agency of the board: what it has done with the text of this round."""

    agency: Agency
    review: TermsReview | None
    comments: int
    unanswered: int
    is_late: bool
    # What was asked of its director by a personal link, in this round.
    request: Solicitation | None = None

    @property
    def mark(self) -> str:
        return self.review.mark if self.review else ""

    @property
    def is_waited_for(self) -> bool:
        """It has neither commented nor agreed."""
        return self.mark not in {TermsMark.COMMENTED, TermsMark.AGREED}


def review_board(terms: TermsOfReference, *, on: date | None = None) -> list[ReviewRow]:
    """Every agency that sits as a member on `on` (today), and any other that commented: four queries."""
    day = on or terms.task_force.today()
    reviews = {
        review.agency_id: review
        for review in terms.reviews.filter(round=terms.round).select_related("agency", "person")
    }
    comments: dict[int, list[TermsComment]] = {}
    agencies: dict[int, Agency] = {}
    for comment in terms.comments.filter(round=terms.round).select_related("agency"):
        comments.setdefault(comment.agency_id, []).append(comment)
        agencies.setdefault(comment.agency_id, comment.agency)
    members = [seat.agency for seat in seats_on(terms.task_force, day) if seat.status == SeatStatus.MEMBER]
    known = {agency.pk for agency in members}
    agencies |= {review.agency_id: review.agency for review in reviews.values()}
    others = sorted((agency for pk, agency in agencies.items() if pk not in known), key=str)
    is_over = terms.comments_until is not None and terms.comments_until < day
    asked = {solicitation.target_id: solicitation for solicitation in requests_of(reviews.values())}
    rows = []
    for agency in [*members, *others]:
        review = reviews.get(agency.pk)
        said = comments.get(agency.pk, [])
        row = ReviewRow(
            agency,
            review,
            comments=len(said),
            unanswered=sum(1 for comment in said if not comment.answer),
            is_late=False,
            request=asked.get(review.pk) if review else None,
        )
        rows.append(replace(row, is_late=is_over and row.is_waited_for and agency.pk in known))
    return rows


def waited_for(terms: TermsOfReference) -> list[ReviewRow]:
    """Member agencies that have neither commented nor agreed."""
    return [row for row in review_board(terms) if row.is_waited_for]


def people_to_remind(terms: TermsOfReference, agencies: Iterable[Agency]) -> list[Person]:
    """Titulars and substitutes who sit today for one of `agencies`, in French order."""
    today = terms.task_force.today()
    sitting = Mandate.objects.filter(
        seat__task_force=terms.task_force_id,
        seat__status=SeatStatus.MEMBER,
        seat__agency__in=[agency.pk for agency in agencies],
        period__contains=today,
        seat__period__contains=today,
    )
    return list(
        Person.objects.filter(pk__in=sitting.values("person"))
        .select_related("agency")
        .order_by(*french_order("family_name", "given_name"))
    )


# What changed ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A section of two texts. `kind`: same, changed, added, removed."""

    title: str
    old_title: str
    old_text: str
    new_text: str
    kind: str


def _change(title: str, old_title: str, old: str | None, new: str | None) -> Change:
    old_text = richtext_to_text(old) if old else ""
    new_text = richtext_to_text(new) if new else ""
    if old is None:
        kind = "added"
    elif new is None:
        kind = "removed"
    else:
        kind = "same" if (old, old_title) == (new, title) else "changed"
    return Change(title, old_title, old_text, new_text, kind)


def changes_between(old: TermsOfReference, new: TermsOfReference) -> list[Change]:
    """Section by section, in the order of `new`, what a later version changed; sections that went stand last.

    Follows where each section was copied from, over any number of versions in between: one query.
    """
    body_sections = TermsSection.objects.filter(terms__task_force=new.task_force_id)
    by_pk = {section.pk: section for section in body_sections}
    matched: set[int] = set()
    changes = []
    current = [s for s in by_pk.values() if s.terms_id == new.pk and s.removed_at is None]
    for section in sorted(current, key=lambda s: (s.position, s.pk)):
        source: TermsSection | None = section
        while source is not None and source.terms_id != old.pk:
            source = by_pk.get(source.origin_id or 0)
        if source is not None and source.removed_at is None:
            matched.add(source.pk)
            changes.append(_change(section.title, source.title, source.body, section.body))
        else:
            changes.append(_change(section.title, section.title, None, section.body))
    gone = [s for s in by_pk.values() if s.terms_id == old.pk and s.removed_at is None and s.pk not in matched]
    for section in sorted(gone, key=lambda s: (s.position, s.pk)):
        changes.append(_change(section.title, section.title, section.body, None))
    return changes


def changes_since_shared(terms: TermsOfReference) -> list[Change]:
    """What changed in the text since the members were last asked for comments: two queries."""
    sections = list(terms.all_sections.order_by("position", "pk"))
    asked = [Q(section=s.pk, number=s.shared_version) for s in sections if s.shared_version]
    read: dict[int, TermsSectionVersion] = {}
    if asked:
        condition = asked[0]
        for one in asked[1:]:
            condition |= one
        read = {v.section_id: v for v in TermsSectionVersion.objects.filter(condition)}
    changes = []
    for section in sections:
        before = read.get(section.pk)
        old = None if section.shared_version is None else (before.body if before else "")
        new = None if section.removed_at else section.body
        if old is None and new is None:
            continue
        changes.append(_change(section.title, before.title if before else section.title, old, new))
    return changes


def has_changed(changes: Sequence[Change]) -> bool:
    return any(change.kind != "same" for change in changes)


def versions_of(body: TaskForce, user: Any) -> QuerySet[TermsOfReference]:
    """The versions of the body that the user may read, the latest first."""
    return terms_visible_to(user).filter(task_force=body).order_by("-number")


def open_comments(terms: TermsOfReference) -> int:
    """Comments that the secretariat has not answered."""
    return terms.comments.filter(answer="").count()


def next_section(section: TermsSection) -> TermsSection | None:
    """The one that follows in the text; None at the end."""
    return sections_of(section.terms).filter(position__gt=section.position).first()
