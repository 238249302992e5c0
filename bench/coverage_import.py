"""A coverage file of 5,000 rows, from the file to what it would change.

python -m bench.coverage_import [--rows 5000]

The file is read in a process of its own; its highest memory counts as a whole, Django included.
"""

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from bench import database

MOST_SECONDS = 30.0
MOST_MEGABYTES = 200
PLACES = (
    ("Zinder", "NE007004", "Gouré"), ("Zinder", "NE007009", "Tanout"), ("Maradi", "NE004003", "Dakoro"), ("Maradi", "NE004008", "Mayahi"),
    ("Tahoua", "NE005004", "Bouza"), ("Tahoua", "NE005006", "Keita"), ("Diffa", "NE002006", "N'Guigmi"), ("Dosso", "NE003003", "Doutchi"),
    ("Tillabéri", "NE006009", "Ouallam"), ("Agadez", "NE001006", "Tchirozérine"), ("Niamey", "NE008001", "Ville de Niamey"), ("Zinder", "", "Nulle part"),
)  # fmt: skip
ACTIVITIES = (
    "Cantines scolaires",
    "Cash for work",
    "Distribution de vivres",
    "Distribution de semences",
    "Construction de latrines",
    "Cash",
)
HEAD = (
    "Code projet", "Projet", "Organisation", "Partenaire de mise en œuvre", "Bailleur", "Activité", "Groupe cible", "Région", "P-code département",
    "Département", "Commune", "Date de début", "Date de fin", "Statut", "Ménages ciblés", "Personnes ciblées", "Hommes ciblés", "Femmes ciblées",
    "Ménages atteints", "Personnes atteintes", "Hommes atteints", "Femmes atteintes", "Valeur du transfert", "Fréquence", "Budget (FCFA)", "Source", "Commentaires",
)  # fmt: skip
FOOTING = "Chiffre inventé pour la mesure"


def rows(count: int):
    yield ["Matrice 4W de la mesure"] + [""] * (len(HEAD) - 1)
    yield [""] * len(HEAD)
    yield list(HEAD)
    for n in range(count):
        region, pcode, name = PLACES[n % len(PLACES)]
        women, men = 100 + n % 900, 90 + n % 700
        yield [
            f"B-{n // 3:05d}", f"Projet {n // 3}", ("PAM", "UNICEF/FAO", "ONG de la mesure", "Croix-Rouge")[n % 4], ("", "CARE", "ACF, PAM")[n % 3],
            "Banque mondiale", ACTIVITIES[n % len(ACTIVITIES)], ("Ménages pauvres", "Élèves", "Femmes enceintes")[n % 3], region, pcode, name,
            f"Commune {n % 40}", date(2016 + n % 8, 1 + n % 12, 1 + n % 28), "31/12/2024", ("En cours", "Terminé", "Prévu")[n % 3],
            (women + men) // 6, women + men, men, women, (women + men) // 7, women + men - 5, men - 3, women - 2, 32500, "Mensuel",
            f"{n % 90 + 10} 000 000", "Enquête", FOOTING,
        ]  # fmt: skip


def write(path: Path, count: int) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="cp1252", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows(rows(count))
        return
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    sheet, day = book.add_worksheet("4W"), book.add_format({"num_format": "dd/mm/yyyy"})
    for y, row in enumerate(rows(count)):
        for x, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(y, x, cell, day)
            elif cell != "":
                sheet.write(y, x, cell)
    book.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    database.use_bench_database()
    if options.read:
        return measure(options.read)
    import django

    django.setup()
    from django.core.management import call_command

    from interventions.services.reference import load_reference

    call_command("migrate", verbosity=0)
    # What it adds is no part of the report.
    call_command("load_reference", verbosity=0, stdout=sys.stderr)
    load_reference()
    print(
        f"{options.rows:,} rows of {len(HEAD)} columns, read and compared with what the portal holds, in a process of its own; "
        f"at most {MOST_SECONDS:.0f} s and {MOST_MEGABYTES} MB, Django included.\n\n"
        "| File | Time | Processor | Memory | Issues | Found |  |\n|---|---:|---:|---:|---:|---|---|",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("xlsx", "csv"):
            path = Path(folder) / f"mesure.{kind}"
            write(path, options.rows)
            subprocess.run([sys.executable, "-m", "bench.coverage_import", "--read", str(path)], check=True)
    return 0


def measure(path: Path) -> int:
    import django

    django.setup()
    from interventions.imports.coverage import read
    from taskforce.models import Country

    began, worked = time.monotonic(), time.process_time()
    found = read(path, Country.objects.get(iso3="NER")).as_json()
    seconds, worked = time.monotonic() - began, time.process_time() - worked
    # Linux counts in kilobytes.
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = {name: value for name, value in found.items() if name != "issues"}
    is_good = seconds <= MOST_SECONDS and megabytes <= MOST_MEGABYTES
    told = ", ".join(f"{name} {value}" for name, value in counts.items())
    print(
        f"| {path.suffix[1:]} | {seconds:.1f} s | {worked:.1f} s | {megabytes:.0f} MB | {len(found['issues'])} | {told} | {'✓' if is_good else '**over**'} |"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
