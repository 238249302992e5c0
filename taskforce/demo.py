"""Demonstration: Niger's task force and a committee of Senegal, with their agencies and people.

The agencies, dates and themes of the first meeting are facts; the people are invented, and mandates
(from spring 2016 on) are illustrative.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from core.demo import World, demo_step
from core.fields import period
from taskforce.enums import BodyKind, BodyState, Civility, OfficeRole, SeatStatus
from taskforce.models import (
    Agency,
    AgencyOffice,
    Country,
    LeadAgency,
    Mandate,
    Office,
    OfficeHead,
    Person,
    Seat,
    TaskForce,
    Theme,
    User,
)
from taskforce.services.agencies import load_reference

SPRING_2016 = date(2016, 4, 1)
FOUNDED = date(2016, 2, 11)

# Who came on 11 February 2016: one person for each of five agencies, none with a mandate yet.
FIRST_MEETING = [
    ("BIT", Civility.MR, "Laurent", "Mercier"),
    ("PAM", Civility.MS, "Hadiza", "Souley"),
    ("FAO", Civility.MR, "Ibrahim", "Garba"),
    ("PNUD", Civility.MS, "Chiara", "Bianchi"),
    ("UNICEF", Civility.MS, "Aïchatou", "Moussa"),
]

# agency, rank, civility, given name, family name, job, first day, last day (None: in office)
NIGER_MANDATES = [
    (
        "BIT",
        0,
        Civility.MR,
        "Laurent",
        "Mercier",
        "Chargé de programme protection sociale",
        SPRING_2016,
        date(2019, 8, 31),
    ),
    ("BIT", 0, Civility.MS, "Rahila", "Adamou", "Coordinatrice nationale de projet", date(2019, 9, 1), None),
    ("BIT", 1, Civility.MR, "Oumarou", "Seyni", "Assistant de programme", SPRING_2016, None),
    ("PAM", 0, Civility.MS, "Hadiza", "Souley", "Chargée des filets sociaux", SPRING_2016, date(2021, 6, 30)),
    ("PAM", 0, Civility.MR, "Issoufou", "Laouali", "Chef d’unité résilience", date(2021, 7, 1), None),
    ("PAM", 1, Civility.MS, "Mariama", "Djibo", "Chargée de programme", date(2018, 1, 1), None),
    ("PAM", 2, Civility.MR, "Abdou", "Chaibou", "Analyste vulnérabilité", date(2022, 3, 1), None),
    ("FAO", 0, Civility.MR, "Ibrahim", "Garba", "Chargé de sécurité alimentaire", SPRING_2016, None),
    ("FAO", 1, Civility.MS, "Fati", "Amadou", "Spécialiste moyens d’existence", date(2017, 1, 1), None),
    ("PNUD", 0, Civility.MS, "Chiara", "Bianchi", "Spécialiste moyens de subsistance", SPRING_2016, date(2018, 12, 31)),
    ("PNUD", 0, Civility.MR, "Moussa", "Tchangari", "Conseiller développement local", date(2019, 1, 1), None),
    ("UNICEF", 0, Civility.MS, "Aïchatou", "Moussa", "Spécialiste protection sociale", SPRING_2016, None),
    ("UNICEF", 1, Civility.MS, "Ramatou", "Hassane", "Chargée de suivi-évaluation", SPRING_2016, None),
    ("FNUAP", 0, Civility.MR, "Souleymane", "Idrissa", "Chargé de programme jeunesse", date(2017, 2, 1), None),
]
NIGER_OBSERVERS = [
    (
        "Banque mondiale",
        Civility.MS,
        "Balkissa",
        "Maïga",
        "Spécialiste protection sociale adaptative",
        date(2016, 6, 1),
    ),
]
SENEGAL_MANDATES = [
    ("DGPSN", 0, Civility.MR, "Cheikh", "Diagne", "Directeur des filets sociaux"),
    ("DGPSN", 1, Civility.MS, "Awa", "Sarr", "Chargée de cartographie"),
    ("PAM", 0, Civility.MS, "Ndèye", "Faye", "Chargée de programme"),
    ("UNICEF", 0, Civility.MR, "Mamadou", "Kane", "Spécialiste politiques sociales"),
    ("BIT", 0, Civility.MS, "Coumba", "Ndiaye", "Spécialiste protection sociale"),
    ("CICODEV", 0, Civility.MR, "Ousmane", "Sow", "Chargé de plaidoyer"),
    ("FAO", 0, Civility.MR, "Pape", "Gueye", "Chargé de programme"),
]

THEMES = [
    "Ciblage et suivi de la vulnérabilité",
    "Travaux à haute intensité de main-d’œuvre",
    "Extension au secteur informel",
    "Socle de protection sociale",
    "Sécurité alimentaire et nutritionnelle",
    "Protection sociale adaptative",
]

SECRETARY_EMAIL = "secretariat@example.org"
NIGER_SLUG = "niger-protection-sociale"
SENEGAL_SLUG = "senegal-protection-sociale"


def address(given: str, family: str) -> str:
    from core.text import normalise

    return f"{normalise(given)}.{normalise(family)}@example.org".replace(" ", "-")


def person(civility: str, given: str, family: str, agency: Agency | None, job: str = "") -> Person:
    found, _created = Person.objects.get_or_create(
        email=address(given, family),
        defaults={"civility": civility, "given_name": given, "family_name": family, "agency": agency, "job_title": job},
    )
    return found


def account(world: World, label: str, email: str, holder: Person | None = None, **fields) -> User:
    """An account with the demonstration's password, tied to its person, and a line to print."""
    user = User.objects.filter(email=email).first()
    if user is None:
        # Hashed once: making a password slow to guess takes its time.
        hashed = world.things.get("hashed") or make_password(world.password)
        world.things["hashed"] = hashed
        user = User.objects.create_user(email, None, **fields)
        user.password = str(hashed)
        user.save(update_fields=["password"])
    if holder is not None and holder.user_id is None:
        holder.user = user
        holder.save(update_fields=["user"])
    world.accounts.append((label, email))
    return user


def seat(body: TaskForce, agency: Agency, since: date, status: str = SeatStatus.MEMBER) -> Seat:
    found = Seat.objects.filter(task_force=body, agency=agency).first()
    return found or Seat.objects.create(
        task_force=body, agency=agency, status=status, counts=status == SeatStatus.MEMBER, period=period(since)
    )


def mandate(place: Seat, holder: Person, rank: int, since: date, last: date | None = None) -> Mandate:
    found = Mandate.objects.filter(seat=place, person=holder, rank=rank).first()
    return found or Mandate.objects.create(
        seat=place,
        person=holder,
        rank=rank,
        period=period(since, last),
        end_reason="replaced" if last else "",
    )


def office(role: str, holder: Person, since: date, *, body=None, country=None) -> Office:
    found = Office.objects.filter(role=role, person=holder, task_force=body, country=country).first()
    return found or Office.objects.create(
        role=role, person=holder, task_force=body, country=country, period=period(since)
    )


@demo_step(10)
def load_people_and_bodies(world: World) -> None:
    if world.things.get("only_if_empty") and TaskForce.objects.exclude(slug__in=[NIGER_SLUG, SENEGAL_SLUG]).exists():
        return
    load_reference()
    agencies = {a.acronym: a for a in Agency.objects.all()}
    for name in THEMES:
        Theme.objects.get_or_create(name=name)
    _niger(world, agencies)
    _senegal(world, agencies)
    account(world, "Administration", "admin@example.org", is_administrator=True)


def _niger(world: World, agencies: dict[str, Agency]) -> None:
    country, _created = Country.objects.get_or_create(
        iso3="NER", defaults={"iso2": "NE", "name_fr": "Niger", "name_en": "Niger", "time_zone": "Africa/Niamey"}
    )
    body, _created = TaskForce.objects.get_or_create(
        slug=NIGER_SLUG,
        defaults={
            "country": country,
            "kind": BodyKind.TASK_FORCE,
            "name": "Task Force Protection sociale – Niger",
            "acronym": "TF-PS",
            "time_zone": "Africa/Niamey",
            "state": BodyState.ACTIVE,
            "host_agency": agencies["UNICEF"],
            # Illustrative: what nobody objected to in time counts as adopted.
            "tacit_adoption": True,
        },
    )
    for acronym, civility, given, family in FIRST_MEETING:
        person(civility, given, family, agencies[acronym])
    for acronym, rank, civility, given, family, job, since, last in NIGER_MANDATES:
        place = seat(body, agencies[acronym], min(since, SPRING_2016) if rank == 0 else SPRING_2016)
        holder = person(civility, given, family, agencies[acronym], job)
        if not holder.job_title:
            holder.job_title = job
            holder.save(update_fields=["job_title"])
        mandate(place, holder, rank, since, last)
    for acronym, civility, given, family, job, since in NIGER_OBSERVERS:
        place = seat(body, agencies[acronym], since, SeatStatus.OBSERVER)
        mandate(place, person(civility, given, family, agencies[acronym], job), 0, since)
    secretary = person(Civility.MS, "Zeinabou", "Alassane", agencies["UNICEF"], "Secrétaire de la Task Force")
    office(OfficeRole.SECRETARIAT, secretary, FOUNDED, body=body)
    coordinator = person(Civility.MR, "Jean-Paul", "Kouassi", agencies.get("SNU"), "Coordonnateur résident")
    office(OfficeRole.RESIDENT_COORDINATOR, coordinator, date(2024, 1, 15), body=body)
    station, _created = AgencyOffice.objects.get_or_create(
        agency=agencies["UNICEF"], duty_station="Niamey", defaults={"country": country}
    )
    if not station.heads.exists():
        head = person(Civility.MS, "Ingrid", "Larsen", agencies["UNICEF"], "Représentante")
        OfficeHead.objects.create(
            office=station, person=head, address_of_record=head.email, period=period(date(2023, 9, 1))
        )
    for acronym, name in (
        ("PAM", "Ciblage et suivi de la vulnérabilité"),
        ("PNUD", "Travaux à haute intensité de main-d’œuvre"),
    ):
        theme = Theme.objects.get(name=name)
        if not LeadAgency.objects.filter(task_force=body, agency=agencies[acronym], theme=theme).exists():
            LeadAgency.objects.create(
                task_force=body, agency=agencies[acronym], theme=theme, period=period(SPRING_2016)
            )
    world.things["niger"] = body
    account(world, "Secrétariat (Niger)", SECRETARY_EMAIL, secretary)
    account(world, "Titulaire (PAM)", "titulaire@example.org", Person.objects.get(email=address("Issoufou", "Laouali")))
    account(
        world, "Suppléante (UNICEF)", "suppleante@example.org", Person.objects.get(email=address("Ramatou", "Hassane"))
    )
    account(
        world,
        "Observatrice (Banque mondiale)",
        "observatrice@example.org",
        Person.objects.get(email=address("Balkissa", "Maïga")),
    )


def _senegal(world: World, agencies: dict[str, Agency]) -> None:
    country, _created = Country.objects.get_or_create(
        iso3="SEN",
        defaults={"iso2": "SN", "name_fr": "Sénégal", "name_en": "Senegal", "time_zone": "Africa/Dakar"},
    )
    body, _created = TaskForce.objects.get_or_create(
        slug=SENEGAL_SLUG,
        defaults={
            "country": country,
            "kind": BodyKind.TECHNICAL_COMMITTEE,
            "name": "Comité technique Protection sociale – Sénégal",
            "acronym": "CT-PS",
            "time_zone": "Africa/Dakar",
            "state": BodyState.ACTIVE,
            "convened_by": agencies["DGPSN"],
            "host_agency": agencies["DGPSN"],
            "quorum_share": Decimal("0.5"),
        },
    )
    since = date(2017, 5, 2)
    for acronym, rank, civility, given, family, job in SENEGAL_MANDATES:
        mandate(
            seat(body, agencies[acronym], since), person(civility, given, family, agencies[acronym], job), rank, since
        )
    secretary = person(Civility.MR, "Modou", "Thiam", agencies["DGPSN"], "Secrétaire du comité")
    office(OfficeRole.SECRETARIAT, secretary, since, body=body)
    office(
        OfficeRole.CHAIR,
        person(Civility.MS, "Aminata", "Diop", agencies["DGPSN"], "Déléguée générale adjointe"),
        world.today - timedelta(days=400),
        body=body,
    )
    office(OfficeRole.DATA_MANAGER, person(Civility.MS, "Awa", "Sarr", agencies["DGPSN"]), since, country=country)
    world.things["senegal"] = body
    account(world, "Secrétariat (Sénégal)", "secretariat.senegal@example.org", secretary)
