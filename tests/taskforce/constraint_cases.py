"""What the database refuses of plans, terms of reference, mail, feeds and reports, for test_constraints.py."""

import uuid

from django.utils import timezone

from core.notifications.choices import MailChoice
from taskforce.enums import ActivityState, ReportKind, TermsState
from taskforce.models import (
    ActionReminder,
    Activity,
    CalendarFeed,
    DigestRun,
    NotificationPreference,
    Report,
    TermsOfReference,
    TermsReview,
    TermsSectionVersion,
    WorkPlan,
)
from tests.taskforce.factories import (
    ActionItemFactory,
    AgencyFactory,
    PersonFactory,
    TaskForceFactory,
    TermsFactory,
    TermsSectionFactory,
    UserFactory,
)

# Work plans


def plan(**fields):
    return WorkPlan(**{"task_force": TaskForceFactory(), "year": 2026, **fields})


def same_plan(**fields):
    first = plan()
    first.save()
    return plan(**{"task_force": first.task_force, **fields})


def activity(**fields):
    if "plan" not in fields:
        fields["plan"] = plan()
        fields["plan"].save()
    return Activity(**{"title": "Étude", "months": [2], **fields})


def copied_twice(**fields):
    original = activity()
    original.save()
    first = activity(copied_from=original)
    first.save()
    return activity(**{"plan": first.plan, "copied_from": original, **fields})


# Terms of reference


def terms(**fields):
    return TermsFactory.build(**{"task_force": TaskForceFactory(), **fields})


def same_terms_number(**fields):
    first = TermsFactory(adopted=True)
    return TermsOfReference(**{"task_force": first.task_force, "number": 1, "title": first.title, **fields})


def another_under_way(**fields):
    first = TermsFactory()
    return TermsOfReference(**{"task_force": first.task_force, "number": 2, "title": first.title, **fields})


def same_section_version(**fields):
    first = TermsSectionVersion.objects.create(section=TermsSectionFactory(), number=1, title="But")
    return TermsSectionVersion(
        **{"section": first.section, "number": 1, "title": "But", "author": UserFactory(), **fields}
    )


def same_review(**fields):
    first = TermsReview.objects.create(terms=TermsFactory(shared=True), agency=AgencyFactory(), round=1)
    return TermsReview(
        **{"terms": first.terms, "agency": first.agency, "round": 1, "person": PersonFactory(), **fields}
    )


# Mail


def same_preference(**fields):
    first = NotificationPreference.objects.create(
        person=PersonFactory(), message="convocation", choice=MailChoice.values[0]
    )
    return NotificationPreference(
        **{"person": first.person, "message": first.message, "choice": MailChoice.values[1], **fields}
    )


def same_digest(**fields):
    first = DigestRun.objects.create(week="2026-W48", time_zone="Africa/Niamey")
    return DigestRun(**{"week": first.week, "time_zone": first.time_zone, **fields})


def same_reminder(**fields):
    first = ActionReminder.objects.create(
        action=ActionItemFactory(), people=1, sent_by=UserFactory(), sent_by_label="Secrétariat"
    )
    return ActionReminder(
        **{
            "action": first.action,
            "batch": first.batch,
            "people": 1,
            "sent_by": first.sent_by,
            "sent_by_label": "Secrétariat",
            **fields,
        }
    )


# Feeds and reports


def feed(**fields):
    return CalendarFeed(
        **{"token_hash": uuid.uuid4().hex, "token_sealed": b"sealed", "created_by": UserFactory(), **fields}
    )


def same_feed(*, owned=True, of_a_body=True, revoked=False, **fields):
    """The second of two feeds; the first one was `revoked` or not."""
    owner = UserFactory() if owned else None
    body = TaskForceFactory() if of_a_body else None
    feed(owner=owner, task_force=body, revoked_at=timezone.now() if revoked else None).save()
    return feed(**{"owner": owner, "task_force": body, **fields})


def same_report(*, reader=None, **fields):
    first = Report.objects.create(task_force=TaskForceFactory(), kind=ReportKind.ACTIONS, reader=reader)
    return Report(**{"task_force": first.task_force, "kind": first.kind, "reader": reader, **fields})


REFUSED = [
    ("work_plan_once", same_plan),
    ("work_plan_year", lambda: plan(year=1989)),
    ("work_plan_year", lambda: plan(year=2101)),
    ("activity_progress", lambda: activity(state=ActivityState.IN_PROGRESS, progress=101)),
    ("activity_done_is_whole", lambda: activity(state=ActivityState.DONE, progress=99)),
    ("activity_planned_has_not_begun", lambda: activity(progress=1)),
    ("activity_months", lambda: activity(months=[13])),
    ("activity_months", lambda: activity(months=[0, 1])),
    ("activity_copied_once", copied_twice),
    ("terms_number_once", same_terms_number),
    ("terms_one_under_way", another_under_way),
    ("terms_one_under_way", lambda: another_under_way(state=TermsState.FORMALISED)),
    ("terms_adoption_recorded", lambda: terms(adopted=True, adopted_on=None)),
    ("terms_adoption_recorded", lambda: terms(adopted=True, adopted_by="")),
    ("terms_section_version_once", same_section_version),
    ("terms_review_once", same_review),
    ("notification_preference_once", same_preference),
    ("digest_run_once", same_digest),
    ("action_reminder_once", same_reminder),
    ("calendar_feed_of_somebody", feed),
    ("calendar_feed_once", same_feed),
    ("calendar_feed_once", lambda: same_feed(owned=False)),
    ("calendar_feed_once", lambda: same_feed(of_a_body=False)),
    ("report_once", same_report),
    ("report_once", lambda: same_report(reader=UserFactory())),
]

ACCEPTED = {
    "plans of two years": lambda: same_plan(year=2027),
    "plans of two bodies in a year": lambda: same_plan(task_force=TaskForceFactory()),
    "the first year of a plan": lambda: plan(year=1990),
    "the last year of a plan": lambda: plan(year=2100),
    "an activity done": lambda: activity(state=ActivityState.DONE, progress=100),
    "an activity that has just begun": lambda: activity(state=ActivityState.IN_PROGRESS, progress=0),
    "an activity whole and not yet done": lambda: activity(state=ActivityState.IN_PROGRESS, progress=100),
    "an activity put off half way": lambda: activity(state=ActivityState.POSTPONED, progress=50),
    "an activity of the whole year": lambda: activity(months=list(range(1, 13))),
    "two activities copied from nothing": lambda: copied_twice(copied_from=None),
    "the next version of terms, once adopted": lambda: same_terms_number(number=2),
    "terms under way in two bodies": lambda: another_under_way(task_force=TaskForceFactory()),
    "terms adopted on a day by somebody": lambda: terms(adopted=True),
    "the next version of a section of terms": lambda: same_section_version(number=2),
    "a review of the next round": lambda: same_review(round=2),
    "a review of another agency": lambda: same_review(agency=AgencyFactory()),
    "a choice for another message": lambda: same_preference(message="compte-rendu"),
    "the digest of another time zone": lambda: same_digest(time_zone="Africa/Dakar"),
    "the digest of the next week": lambda: same_digest(week="2026-W49"),
    "a second reminder of an action": lambda: same_reminder(batch=uuid.uuid4()),
    "one reminder of two actions": lambda: same_reminder(action=ActionItemFactory()),
    "another feed once the first is revoked": lambda: same_feed(revoked=True),
    "the feeds of two people in a body": lambda: same_feed(owner=UserFactory()),
    "the feed of a body beside a person's": lambda: same_feed(owner=None),
    "a person's feed of everything beside one body's": lambda: same_feed(task_force=None),
    "the report of another year": lambda: same_report(year=2026),
    "a report with other filters": lambda: same_report(query="state=done"),
    "a report by other rights": lambda: same_report(reader=UserFactory(), rights="titular"),
}
