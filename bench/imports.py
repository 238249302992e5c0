"""Minutes of thirty pages, from the Word file to the review page, and on to the archives.

python -m bench.imports [--pages 30] [--runs 5]
"""

import argparse
import io
import statistics
import time

from bench import database

MARK = "bench-imports"
MOST_SECONDS = 2.0
# Paragraphs of a line and a half.
LINES_A_PAGE = 30
AGENCIES = ("BI0", "BI1", "BI2", "BI3", "BI4", "BI5", "BI6", "BI7")
NAMES = ("Abdou", "Brah", "Chaïbou", "Daouda", "Elhadji", "Fati")
SENTENCE = "Les participants ont échangé sur le ciblage des ménages vulnérables dans les communes de la région"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    database.use_bench_database()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    with transaction.atomic():
        print(measure(options.pages, options.runs))
        # Nothing of it stays.
        transaction.set_rollback(True)
    return 0


def minutes_of(pages: int, day: int) -> bytes:
    """A .docx of about `pages` pages with everything that minutes hold."""
    import docx

    document = docx.Document()
    titles = [f"Situation du chantier numéro {n}" for n in range(1, 13)]
    lines = ["Comité de suivi", f"Compte rendu de la réunion du {day} mai 2012", "De 9h à 12h", "Présents :"]
    lines += [f"M. {NAMES[n % 6]} Nom{NAMES[n // 6].lower()} ({AGENCIES[n % len(AGENCIES)]})" for n in range(30)]
    lines += ["Ordre du jour", *(f"{n}. {title} (15 min)" for n, title in enumerate(titles, start=1))]
    per_item = max(1, (pages * LINES_A_PAGE - len(lines) - 40) // len(titles))
    for number, title in enumerate(titles, start=1):
        lines.append(f"{number}. {title}")
        lines += [f"{SENTENCE} {number}, point {n}, avec l’appui de {AGENCIES[n % 8]}." for n in range(per_item)]
    for line in lines:
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=3)
    for cell, text in zip(table.rows[0].cells, ("Action", "Responsable", "Échéance"), strict=True):
        cell.text = text
    for n in range(20):
        for cell, text in zip(
            table.add_row().cells, (f"Faire la chose {n}", AGENCIES[n % 8], "30 juin 2012"), strict=True
        ):
            cell.text = text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def prepare():
    from core.fields import period
    from taskforce.enums import AgencyKind, BodyState, OfficeRole
    from taskforce.models import Agency, Country, Office, Person, TaskForce, User

    country, _ = Country.objects.get_or_create(
        iso3="NER",
        defaults={"iso2": "NE", "name_fr": "Niger", "name_en": "Niger", "time_zone": "Africa/Niamey"},
    )
    body = TaskForce.objects.create(
        country=country, name="Archives", slug=MARK, time_zone="Africa/Niamey", state=BodyState.ACTIVE
    )
    Agency.objects.bulk_create(
        Agency(acronym=acronym, name_fr=f"Agence {acronym}", kind=AgencyKind.UN, country=country)
        for acronym in AGENCIES
    )
    user = User.objects.create_user(email=f"{MARK}@example.org")
    person = Person.objects.create(given_name="Prénom", family_name="Secrétaire", user=user, email=user.email)
    Office.objects.create(task_force=body, person=person, role=OfficeRole.SECRETARIAT, period=period(body.today()))
    return body, user


def measure(pages: int = 30, runs: int = 5) -> str:
    """One line of the report; raises AssertionError beyond the limit."""
    from meetings.forms.import_entry import SheetEntry
    from meetings.forms.import_sheet import SheetForms
    from meetings.imports.batches import read_imported
    from meetings.models import ImportedMinutes
    from meetings.services.import_entry import enter
    from meetings.services.imports import Incoming, receive

    body, user = prepare()
    reads, entries, size = [], [], 0
    for run in range(runs):
        content = minutes_of(pages, run + 1)
        size = len(content)
        [row] = receive(body, [Incoming(f"{run}.docx", content)], actor=user).kept
        begun = time.perf_counter()
        read_imported(row.pk)
        reads.append(time.perf_counter() - begun)
        row = ImportedMinutes.objects.select_related("task_force__country").get(pk=row.pk)
        checked = SheetEntry(body, SheetForms(row.current_sheet))
        assert checked.is_valid and len(checked.entry.people) == 30 and len(checked.entry.actions) == 20, row.error
        begun = time.perf_counter()
        enter(row, checked.entry, base_version=0, actor=user)
        entries.append(time.perf_counter() - begun)
    assert statistics.median(reads) <= MOST_SECONDS, reads
    return (
        f"import of {pages} pages (.docx, {size // 1024} kB): read in {statistics.median(reads):.2f} s "
        f"(worst {max(reads):.2f}, limit {MOST_SECONDS:.0f}), entered in {statistics.median(entries):.2f} s"
    )


if __name__ == "__main__":
    raise SystemExit(main())
