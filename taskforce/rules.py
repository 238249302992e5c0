"""Who may do what: sentences about mandates and offices in force now. Nothing else declares rights."""

import rules

from taskforce.enums import Role
from taskforce.models import TaskForce, TermsOfReference
from taskforce.models.terms import UNDER_WAY
from taskforce.queries import body_ids_of, grants_of, has_any_grant
from taskforce.queries.terms import READS_SHARED, WRITES


def body_of(obj):
    """The body that an object belongs to; None for none."""
    if obj is None or isinstance(obj, TaskForce):
        return obj
    for path in (
        "task_force",
        "seat.task_force",
        "terms.task_force",
        "meeting.task_force",
        "minutes.meeting.task_force",
    ):
        target = obj
        for name in path.split("."):
            target = getattr(target, name, None)
            if target is None:
                break
        if isinstance(target, TaskForce):
            return target
    return None


def holds(*roles: Role):
    """A predicate: the user holds one of `roles` (any role when none is given) in the object's body."""

    @rules.predicate(name=f"holds:{','.join(roles) or 'any'}")
    def predicate(user, obj):
        body = body_of(obj)
        if body is None:
            return False
        grants = grants_of(user)
        return grants.holds(body.pk, *roles) if roles else grants.is_reader(body.pk)

    return predicate


@rules.predicate
def is_administrator(user):
    return grants_of(user).is_administrator


@rules.predicate
def reads_published(user, obj):
    """The secretariat of another body of the same country, or the country's data manager."""
    body = body_of(obj)
    return body is not None and body.country_id in grants_of(user).published_in


@rules.predicate
def runs_some_body(user):
    return bool(grants_of(user).body_ids(Role.SECRETARIAT))


@rules.predicate
def is_self(user, person):
    return person is not None and person.user_id is not None and person.user_id == user.pk


@rules.predicate
def runs_body_of(user, person):
    """Runs a body to which the person belongs or belonged; whoever belongs to none is anybody's who runs one.

    Not every secretariat: who may write somebody's address could open that person's account.
    """
    run = set(grants_of(user).body_ids(Role.SECRETARIAT))
    if person is None or not run:
        return bool(run)
    bodies = body_ids_of(person)
    return not bodies or bool(bodies & run)


@rules.predicate
def runs_every_body_of(user, person):
    """As `runs_body_of`, and the person belongs to no body of somebody else."""
    run = set(grants_of(user).body_ids(Role.SECRETARIAT))
    return person is not None and bool(run) and body_ids_of(person) <= run


@rules.predicate
def holds_anything(user):
    return has_any_grant(user)


@rules.predicate
def owns_action(user, action):
    """The person named, or somebody who sits for an agency that owns the action (or any, when all do)."""
    if action is None:
        return False
    grants = grants_of(user)
    if (
        action.owner_person_id is not None
        and action.owner_person_id == grants.person_id
        and grants.is_reader(action.task_force_id)
    ):
        return True
    seated = grants.agencies.get(action.task_force_id, frozenset())
    if action.owner_all:
        return bool(seated)
    return any(owner.agency_id in seated for owner in action.owners.all())


is_member = holds()
is_secretariat = holds(Role.SECRETARIAT)

rules.add_perm("taskforce.view_body", is_member | reads_published | is_administrator)
rules.add_perm("taskforce.view_roster", is_member | reads_published | is_administrator)
rules.add_perm("taskforce.manage_body", is_secretariat | is_administrator)
rules.add_perm("taskforce.manage_mandates", is_secretariat | is_administrator)
# Offices give rights to others: the secretariat of a body hands its own functions over.
rules.add_perm("taskforce.manage_offices", is_secretariat | is_administrator)
rules.add_perm("taskforce.manage_people", runs_some_body | is_administrator)
rules.add_perm("taskforce.edit_person", is_self | runs_body_of | is_administrator)
# The address is where an invitation to open an account goes.
rules.add_perm("taskforce.change_address", is_self | runs_every_body_of | is_administrator)
rules.add_perm("taskforce.invite_person", runs_body_of | is_administrator)
# To write again to an address from which mails came back.
rules.add_perm("taskforce.retry_address", runs_body_of | is_administrator)
rules.add_perm("taskforce.view_directory", holds_anything)
rules.add_perm("taskforce.manage_agencies", runs_some_body | is_administrator)
rules.add_perm("taskforce.view_register", is_member)
rules.add_perm("taskforce.manage_register", is_secretariat)
rules.add_perm("taskforce.update_action", is_secretariat | owns_action)
rules.add_perm("taskforce.view_designations", holds(Role.SECRETARIAT, Role.CHAIR, Role.RESIDENT_COORDINATOR))
rules.add_perm("taskforce.manage_designations", is_secretariat)
rules.add_perm("taskforce.view_outbox", is_secretariat)
rules.add_perm("taskforce.retry_email", is_secretariat)
# The body's own calendar link, for people without an account.
rules.add_perm("taskforce.share_calendar", is_secretariat)
rules.add_perm("taskforce.create_body", is_administrator)
rules.add_perm("taskforce.close_body", is_administrator)
rules.add_perm("taskforce.manage_data_managers", is_administrator)

# Work plan ------------------------------------------------------------------------------------------


@rules.predicate
def leads_activity(user, activity):
    """Sits for the agency that leads the activity, and the year is not closed."""
    if activity is None or activity.lead_agency_id is None or activity.plan.is_closed:
        return False
    return activity.lead_agency_id in grants_of(user).agencies.get(activity.plan.task_force_id, frozenset())


rules.add_perm("taskforce.view_workplan", is_member)
rules.add_perm("taskforce.manage_workplan", is_secretariat)
rules.add_perm("taskforce.update_activity", is_secretariat | leads_activity)

# Thematic groups, and the secretariat's list of what is due ------------------------------------------

rules.add_perm("taskforce.create_group", is_secretariat | is_administrator)
rules.add_perm("taskforce.view_todos", is_secretariat)

# Terms of reference -----------------------------------------------------------------------------------


def terms_of(obj):
    """The terms of reference that an object belongs to."""
    return obj if isinstance(obj, TermsOfReference) else getattr(obj, "terms", None)


@rules.predicate
def terms_under_way(user, obj):
    terms = terms_of(obj)
    return terms is not None and terms.state in UNDER_WAY


@rules.predicate
def terms_adopted(user, obj):
    terms = terms_of(obj)
    return terms is not None and terms.is_adopted


@rules.predicate
def terms_writable(user, obj):
    terms = terms_of(obj)
    return terms is not None and terms.is_writable


@rules.predicate
def terms_open_to_comments(user, obj):
    terms = terms_of(obj)
    return terms is not None and terms.takes_comments


reads_shared_terms = holds(*READS_SHARED)

rules.add_perm(
    "taskforce.view_terms",
    holds(*WRITES)
    | (reads_shared_terms & terms_under_way)
    | (is_member & terms_adopted)
    | ((reads_published | is_administrator) & terms_adopted),
)
rules.add_perm("taskforce.list_terms", is_member | reads_published | is_administrator)
rules.add_perm("taskforce.manage_terms", is_secretariat)
rules.add_perm("taskforce.write_terms", is_secretariat & terms_writable)
rules.add_perm("taskforce.view_terms_board", holds(Role.SECRETARIAT, Role.CHAIR, Role.RESIDENT_COORDINATOR))
rules.add_perm("taskforce.comment_terms", holds(Role.TITULAR, Role.SUBSTITUTE) & terms_open_to_comments)
