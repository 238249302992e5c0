"""Bodies, seats, people and their mandates."""

from datetime import date, timedelta

from bench.volume import BODIES, SEATS_PER_BODY, TERMS, YEARS, Writer, months

COUNTRIES = [
    ("NER", "NE", "Niger", "Africa/Niamey"), ("SEN", "SN", "Sénégal", "Africa/Dakar"), ("MLI", "ML", "Mali", "Africa/Bamako"),
    ("BFA", "BF", "Burkina Faso", "Africa/Ouagadougou"), ("TCD", "TD", "Tchad", "Africa/Ndjamena"),
    ("MRT", "MR", "Mauritanie", "Africa/Nouakchott"), ("GIN", "GN", "Guinée", "Africa/Conakry"), ("TGO", "TG", "Togo", "Africa/Lome"),
    ("BEN", "BJ", "Bénin", "Africa/Porto-Novo"), ("CIV", "CI", "Côte d’Ivoire", "Africa/Abidjan"),
]  # fmt: skip
GIVEN = [
    "Aïssa",
    "Ibrahim",
    "Fatouma",
    "Moussa",
    "Mariama",
    "Abdou",
    "Hadiza",
    "Ousmane",
    "Ramatou",
    "Élise",
    "Issa",
    "Zeinabou",
]
FAMILY = [
    "Oumarou",
    "Maïga",
    "Diallo",
    "Sow",
    "Traoré",
    "Ndiaye",
    "Issoufou",
    "Kaboré",
    "Bâ",
    "Camara",
    "Sani",
    "Abdoulaye",
    "Koné",
]


class Bodies(Writer):
    # Who ------------------------------------------------------------------------------

    def people_and_bodies(self) -> None:
        from django.contrib.auth.hashers import make_password

        from core.fields import period
        from taskforce.enums import AgencyKind, BodyState, OfficeRole
        from taskforce.models import Agency, Country, Mandate, Office, Person, Seat, TaskForce, User

        rng = self.rng
        year, month = next(months(self.today))
        self.begin = date(year, month, 1)
        countries = [
            Country.objects.get_or_create(
                iso3=iso3, defaults={"iso2": iso2, "name_fr": name, "name_en": name, "time_zone": zone}
            )[0]
            for iso3, iso2, name, zone in COUNTRIES
        ]
        agencies = self.insert(
            Agency,
            [
                Agency(acronym=f"ORG{number:02d}", name_fr=f"Organisation numéro {number}", kind=AgencyKind.UN)
                for number in range(1, SEATS_PER_BODY + 5)
            ],
        )
        self.bodies = self.insert(
            TaskForce,
            [
                TaskForce(
                    country=countries[number % len(countries)],
                    name=f"Task Force {countries[number % len(countries)]} {number // len(countries) + 1}",
                    slug=f"tf-{number + 1:02d}",
                    time_zone=countries[number % len(countries)].time_zone,
                    state=BodyState.ACTIVE,
                    quorum_share="0.5" if number % 2 else None,
                )
                for number in range(BODIES)
            ],
        )
        seats = self.insert(
            Seat,
            [
                Seat(task_force=body, agency=agency, period=period(self.begin))
                for body in self.bodies
                for agency in rng.sample(agencies, SEATS_PER_BODY)
            ],
        )
        # One hash for all: making 400 would take longer than the meetings.
        password = make_password("mot de passe des mesures")
        numbers = iter(range(1, 100_000))

        def somebody(agency):
            number = next(numbers)
            return Person(
                civility=rng.choice(["ms", "mr"]),
                given_name=rng.choice(GIVEN),
                family_name=f"{rng.choice(FAMILY)}-{number}",
                email=f"personne{number}@example.org",
                agency=agency,
                job_title="Point focal",
            )

        holders = {
            (seat, rank, term): somebody(seat.agency) for seat in seats for rank in (0, 1) for term in range(TERMS)
        }
        secretaries = {body: somebody(None) for body in self.bodies}
        chairs = {body: somebody(None) for body in self.bodies}
        current = [person for (_, _, term), person in holders.items() if term == TERMS - 1]
        with_account = [*secretaries.values(), *chairs.values(), *current]
        for person, user in zip(
            with_account,
            self.insert(User, [User(email=person.email, password=password) for person in with_account]),
            strict=True,
        ):
            person.user = user
        self.insert(Person, [*holders.values(), *secretaries.values(), *chairs.values()])
        length = timedelta(days=365 * YEARS // TERMS)
        terms = [
            period(
                self.begin + term * length,
                self.begin + (term + 1) * length - timedelta(days=1) if term < TERMS - 1 else None,
            )
            for term in range(TERMS)
        ]
        mandates = self.insert(
            Mandate,
            [
                Mandate(
                    seat=seat,
                    person=person,
                    rank=rank,
                    period=terms[term],
                    end_reason="replaced" if term < TERMS - 1 else "",
                )
                for (seat, rank, term), person in holders.items()
            ],
        )
        self.insert(
            Office,
            [
                *(
                    Office(
                        role=OfficeRole.SECRETARIAT,
                        person=person,
                        task_force=body,
                        period=terms[0].__class__(self.begin, None),
                    )
                    for body, person in secretaries.items()
                ),
                *(
                    Office(
                        role=OfficeRole.CHAIR,
                        person=person,
                        task_force=body,
                        period=terms[0].__class__(self.begin, None),
                    )
                    for body, person in chairs.items()
                ),
            ],
        )
        self.chairs, self.secretaries = chairs, secretaries
        self.mandates_of: dict[int, list] = {}
        for mandate in mandates:
            self.mandates_of.setdefault(mandate.seat.task_force_id, []).append(mandate)

    def in_force(self, body, day: date, rank: int) -> list:
        return [mandate for mandate in self.mandates_of[body.pk] if mandate.rank == rank and day in mandate.period]
