"""Who stands how towards a sheet of Niger, for the tests of rights."""

from django.contrib.auth.models import AnonymousUser

from interventions.models import Intervention
from taskforce.models import TaskForce
from tests.interventions.factories import RoleFactory
from tests.taskforce.factories import CountryFactory, PersonFactory, TaskForceFactory, UserFactory, member

# lead, funder: sits for the agency that answers for the sheet, or that funds it; named: for the one it was entered for;
# former_lead: did, mandate ended; other: for an agency without a part; neighbour: in another body of the country.
PEOPLE = [
    "anonymous", "nobody", "former_lead", "observer", "lead", "lead_substitute", "funder", "named", "other", "chair",
    "neighbour_other", "secretariat", "neighbour_secretariat", "data_manager", "abroad", "abroad_lead", "administrator",
]  # fmt: skip
# Who reads what the partners of the country read.
MEMBERS = {
    "observer", "lead", "lead_substitute", "funder", "named", "other", "chair", "neighbour_other", "secretariat",
    "neighbour_secretariat", "data_manager",
}  # fmt: skip
RUNS = {"secretariat", "neighbour_secretariat", "data_manager"}
SECRETARIATS = {"secretariat", "neighbour_secretariat"}
LEADS = {"lead", "lead_substitute"}


def person_as(who: str, sheet: Intervention, body: TaskForce):
    """The account of somebody who stands so towards `sheet`; `body` is one of its country."""
    match who:
        case "anonymous":
            return AnonymousUser()
        case "nobody":
            return PersonFactory(account=True).user
        case "administrator":
            return UserFactory(administrator=True)
        case "abroad" | "abroad_lead":
            there = TaskForceFactory(country=CountryFactory(senegal=True))
            if who == "abroad":
                return member(there, role="secretariat").user
            person = member(there)
            return sits_for(person, sheet, there, kind="accountable")
        case "neighbour_other" | "neighbour_secretariat":
            there = TaskForceFactory(country=body.country)
            return member(there, role="secretariat" if who == "neighbour_secretariat" else "titular").user
        case "lead" | "former_lead" | "lead_substitute":
            role = {"lead": "titular", "former_lead": "ended", "lead_substitute": "substitute"}[who]
            return sits_for(member(body, role=role), sheet, body, kind="accountable")
        case "funder":
            return sits_for(member(body), sheet, body, kind="funder")
        case "named":
            person = member(body)
            sheet.on_behalf_of = agency_of(person)
            sheet.save()
            return person.user
        case "other":
            return member(body).user
        case _:
            return member(body, role=who).user


def agency_of(person):
    return person.mandates.get().seat.agency


def sits_for(person, sheet: Intervention, body: TaskForce, *, kind: str):
    """The account of `person`, whose agency now has a part in `sheet`."""
    sheet.roles.filter(kind=kind).delete()
    RoleFactory(intervention=sheet, agency=agency_of(person), kind=kind)
    return person.user
