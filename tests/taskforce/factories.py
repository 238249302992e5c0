"""Made-up agencies, people, bodies and mandates. Addresses are of example.org."""

from datetime import date, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.fields import period
from taskforce.enums import ActionState, AgencyKind, BodyState, OfficeRole, SeatStatus, TermsState
from taskforce.models import (
    ActionItem,
    Agency,
    Country,
    Decision,
    Mandate,
    Office,
    Person,
    Seat,
    TaskForce,
    TermsOfReference,
    TermsSection,
    User,
)

LONG_AGO = date(2016, 3, 1)
PASSWORD = "mot de passe d’essai"


class CountryFactory(DjangoModelFactory):
    class Meta:
        model = Country
        django_get_or_create = ["iso3"]

    iso3, iso2, name_fr, name_en, time_zone = "NER", "NE", "Niger", "Niger", "Africa/Niamey"

    class Params:
        senegal = factory.Trait(iso3="SEN", iso2="SN", name_fr="Sénégal", name_en="Senegal", time_zone="Africa/Dakar")


class AgencyFactory(DjangoModelFactory):
    class Meta:
        model = Agency

    acronym = factory.Sequence(lambda n: f"AG{n}")
    name_fr = factory.LazyAttribute(lambda o: f"Agence {o.acronym}")
    kind = AgencyKind.UN


class TaskForceFactory(DjangoModelFactory):
    class Meta:
        model = TaskForce

    country = factory.SubFactory(CountryFactory)
    name = factory.Sequence(lambda n: f"Task Force {n}")
    slug = factory.Sequence(lambda n: f"task-force-{n}")
    time_zone = factory.LazyAttribute(lambda o: o.country.time_zone)
    state = BodyState.ACTIVE


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"compte{n}@example.org")
    password = factory.django.Password(PASSWORD)

    class Params:
        administrator = factory.Trait(is_administrator=True)


class PersonFactory(DjangoModelFactory):
    """`account=True` gives the person an account."""

    class Meta:
        model = Person

    class Params:
        account = factory.Trait(
            user=factory.SubFactory(UserFactory, email=factory.SelfAttribute("..email")),
        )

    civility = "ms"
    given_name = factory.Sequence(lambda n: f"Prénom{n}")
    family_name = factory.Sequence(lambda n: f"Nom{n}")
    email = factory.Sequence(lambda n: f"personne{n}@example.org")


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = Seat

    class Params:
        observer = factory.Trait(status=SeatStatus.OBSERVER, counts=False)

    task_force = factory.SubFactory(TaskForceFactory)
    agency = factory.SubFactory(AgencyFactory)
    period = factory.LazyFunction(lambda: period(LONG_AGO))


class MandateFactory(DjangoModelFactory):
    class Meta:
        model = Mandate

    seat = factory.SubFactory(SeatFactory)
    person = factory.SubFactory(PersonFactory)
    rank = 0
    period = factory.LazyFunction(lambda: period(LONG_AGO))


class OfficeFactory(DjangoModelFactory):
    class Meta:
        model = Office

    role = OfficeRole.SECRETARIAT
    person = factory.SubFactory(PersonFactory)
    task_force = factory.SubFactory(TaskForceFactory)
    period = factory.LazyFunction(lambda: period(LONG_AGO))


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    task_force = factory.SubFactory(TaskForceFactory)
    year = 2016
    number = factory.Sequence(lambda n: n + 1)
    text = "Se réunir chaque mois."
    decided_on = date(2016, 2, 11)


class ActionItemFactory(DjangoModelFactory):
    class Meta:
        model = ActionItem

    task_force = factory.SubFactory(TaskForceFactory)
    year = 2016
    number = factory.Sequence(lambda n: n + 1)
    text = "Présenter les outils de ciblage."
    state = ActionState.NOT_STARTED


class TermsFactory(DjangoModelFactory):
    """A version of terms of reference without sections: a draft, unless a trait says more."""

    class Meta:
        model = TermsOfReference

    class Params:
        shared = factory.Trait(
            state=TermsState.SHARED,
            round=1,
            shared_at=factory.LazyFunction(timezone.now),
            comments_until=factory.LazyAttribute(lambda o: o.task_force.today() + timedelta(days=10)),
        )
        formalised = factory.Trait(state=TermsState.FORMALISED, round=1)
        adopted = factory.Trait(
            state=TermsState.ADOPTED, round=1, adopted_on=date(2016, 4, 1), adopted_by="Équipe-pays"
        )

    task_force = factory.SubFactory(TaskForceFactory)
    number = 1
    title = "Termes de référence"


class TermsSectionFactory(DjangoModelFactory):
    class Meta:
        model = TermsSection

    terms = factory.SubFactory(TermsFactory)
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Section {n + 1}")
    body = "<p>Texte de la section.</p>"
    version = 1


def member(body, *, role="titular", **person):
    """A person with an account who holds `role` in `body`.

    Roles: titular, substitute, observer, ended, secretariat, chair, resident_coordinator,
    data_manager (of the body's country), or none.
    """
    person = PersonFactory(account=True, **person)
    if role in {"titular", "substitute", "observer", "ended"}:
        seat = SeatFactory(task_force=body, observer=role == "observer")
        days = period(LONG_AGO, date(2016, 12, 31)) if role == "ended" else period(LONG_AGO)
        MandateFactory(seat=seat, person=person, rank=1 if role == "substitute" else 0, period=days)
    elif role == "data_manager":
        OfficeFactory(role=role, person=person, task_force=None, country=body.country)
    elif role in OfficeRole.values:
        OfficeFactory(role=role, person=person, task_force=body)
    return person
