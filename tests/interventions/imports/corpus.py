"""A corpus of coverage files in the shapes that partners send; every organisation's figure and project is invented.

Each case says what the file must come to: (rows, resolved, out_of_scope, new, refused), and codes that must be told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tests.interventions.imports.files import edited, text_file, workbook

Counts = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class Case:
    name: str
    country: str
    build: Callable[[Path], Path]
    counts: Counts
    told: set[str] = field(default_factory=set)
    untold: set[str] = field(default_factory=set)
    options: dict[str, object] = field(default_factory=dict)
    # unit codes of the lines, in order; None: not looked at.
    units: list[str] | None = None


def csv_of(name, text, *, delimiter=",", encoding="utf-8", before=""):
    rows = [line.split("|") for line in text.strip("\n").split("\n")]
    return lambda folder: text_file(folder / name, rows, delimiter=delimiter, encoding=encoding, before=before)


def xlsx_of(name, sheets, **options):
    return lambda folder: workbook(folder / name, sheets, **options)


def raw(name, content):
    def build(folder):
        (folder / name).write_bytes(content)
        return folder / name

    return build


HEAD = "Organisation|Activité|Région|Département|Début"

UNHCR = """
Country name|Admin level 1|Latitude|Longitude|Sector (English)|Sector (Arabic)|Organisation URL|Organisation name
#country|#adm1|#lat_deg|#lon_deg|#sector|||#org
Chad|Logone Oriental|8.25|16.42|Health|||LWF Chad
Niger|Tillabéri|14.2|1.4|Education|||UNICEF
Niger|Tahoua|14.2|1.4|Water & Sanitation||https://example.org|UNICEF
Niger|Niamey|14.2|1.4|Protection|||Oxfam
Congo (Brazaville)|Likouala|0.3|16|Health|||MDA
"""
CASH = """
Matrice 5W du groupe de travail transferts monétaires
Mise à jour : 30/06/2023
||||||||||||||
QUI|||QUAND||OÙ|||QUOI||||POUR QUI||
Organisation leader|Partenaires de mise en œuvre|Donateurs|Année|Mois|Région|Département|Commune|Modalité|Montant par ménage (FCFA)|Fréquence|Statut du bénéficiaire|# Ménages|Hommes|Femmes
PAM|World Vision|Banque mondiale|2023|Juin|Maradi|Guidan-Roumdji|Chadakori|Cash|32500|Mensuel|PDI|120|400|440
PAM||USAID|2023|Juin|TILLABERI|OUALLAM||Cash|32 500|Mensuel|Hôtes|50||
Oxfam|||2023|juil.|Niamey|Niamey II||Multi-purpose cash|||Réfugiés|15||
Save the Children|||2023|Août|Diffa|Maine Soroa||Vivres||||200|700|700
"""
SECURITY = """
Reporting Month|Lead/Donor Agency|Implementing Partner|Admin1|Admin2|Admin 2 P-code|Activity Type|Modality|# of HHs reached|# Men|# Women|# Boys|# Girls|Total beneficiaries reached
Jan-23|WFP|World Vision|Diffa|N'guigmi|NE002006|General Food Distribution|In-kind|100|60|70|150|120|400
Feb-23|WFP|World Vision|Diffa|N'guigmi|NE002006|General Food Distribution|In-kind|110|60|75|160|125|420
Jan-23|FAO||Zinder|Damagaram Takaya|NE007001|Seeds distribution|In-kind|80|||||560
Jan-23|OIM||Agadez|Tchirozérine|NE001006|Shelter kits|In-kind|25|||||
|||||||||||||
TOTAL||||||||315|120|145|310|245|1380
"""
MAPPING = """
N°|Acteur|Domaine d'intervention|Intitulé du projet/programme|Zone(s) d'intervention|Cibles|Période|Budget (FCFA)|Observations
1|DGPSN|Protection sociale|Programme national de bourses de sécurité familiale|National|Ménages pauvres|2013 - 2017|35 000 000 000|
2|PAM/SE/CNSA|Sécurité alimentaire|Cantines scolaires|Matam, Tambacounda, Kédougou|Elèves|2015-2016||
3|SE/CNSA|Sécurité alimentaire|Distribution de vivres de soudure|Matam|Ménages vulnérables|2016|1,5 milliard|
4|UNICEF|Nutrition|Renforcement de la nutrition|Région de Matam|Enfants de moins de 5 ans|2014-2016|Voir accord|
5|USAID Yaajeende|Agriculture|Distribution de semences|Matam / Kanel|Petits producteurs|3 ans||
6|ACMU|Santé|Mutuelles de santé|Toutes les régions|Secteur informel|depuis 2013||
"""

CASES = [
    Case("unhcr 3w", "NER", csv_of("u.csv", UNHCR), (5, 3, 2, 0, 3), {"date_missing", "instrument_unknown"}, {"wrong_region"}),
    Case("unhcr 3w with a year", "NER", csv_of("u.csv", UNHCR), (5, 3, 2, 2, 1), {"instrument_unknown"}, options={"default_year": 2014}, units=["NE006", "NE005"]),
    Case("cash group", "NER", csv_of("c.csv", CASH, delimiter=";"), (4, 4, 0, 4, 0), {"commune_kept_above", "instrument_proposed"}, {"figure_text"},
         units=["NE004005", "NE006009", "NE008001", "NE002004"]),
    Case("food security cluster", "NER", csv_of("f.csv", SECURITY), (4, 3, 0, 3, 1), {"former_code", "total_ignored"}, {"part_above_total", "kind_assumed"}),
    Case("mapping of actors", "SEN", csv_of("m.csv", MAPPING, delimiter=";", encoding="cp1252"), (6, 5, 0, 4, 2),
         {"several_places", "nested_place", "region_only", "amount_text", "duration_ignored", "date_missing"}, units=["", "SN09", "SN09", ""]),
    Case("a region in the column of departments", "NER", csv_of("r.csv", f"{HEAD}\nPAM|Cantines scolaires||Zinder|2016\nPAM|Cantines scolaires|Maradi|Maradi|2016"),
         (2, 2, 0, 2, 0), {"region_only"}, units=["NE007", "NE004"]),
    Case("region and department in one column", "SEN", csv_of("r.csv", "Structure|Activité|Région/Département|Année\nPAM|Cantines scolaires|Matam / Kanel|2016\nPAM|Cantines scolaires|Thiès > Mbour|2016\nPAM|Cantines scolaires|Podor (Saint-Louis)|2016\nPAM|Cantines scolaires|Louga|2016\nPAM|Cantines scolaires|Kanel / Podor|2016"),
         (5, 4, 0, 4, 1), {"nested_place", "region_only", "several_places"}, units=["SN0901", "SN1301", "SN1002", "SN08"]),
    Case("several departments in one cell", "SEN", xlsx_of("s.xlsx", {"A": [HEAD.split("|"), ["PAM", "Cantines scolaires", "Matam", "Kanel\nRanérou", 2016], ["PAM", "Cantines scolaires", "Matam", "Kanel et Ranérou", 2016]]}),
         (2, 0, 0, 0, 2), {"several_places"}),
    Case("a village beside its department", "SEN", csv_of("v.csv", "Agency|Activity|Region|Department|Location|Start\nWFP|School meals|Matam|Kanel|Some village|2016\nWFP|School meals|Matam||Some village|2016"),
         (2, 2, 0, 2, 0), {"kept_above"}, units=["SN0901", "SN09"]),
    Case("mended twice", "SEN", raw("m.csv", "Organisation;Activité;Région;Département;Début\nPAM;Cantines scolaires;Thiès;Mbour;2016\nPAM;Épargne et crédit;Kédougou;Salémata;2016\n".encode().decode("cp1252").encode()),
         (2, 2, 0, 2, 0), units=["SN1301", "SN0602"]),
    Case("written on an old Mac", "SEN", raw("m.csv", "Organisation;Activité;Région;Département;Début\nPAM;Cantines scolaires;Thiès;Mbour;2016\nPAM;Épargne et crédit;Kédougou;Salémata;2016\n".encode("mac_roman")),
         (2, 2, 0, 2, 0), units=["SN1301", "SN0602"]),
    Case("two kinds of figures share their parts", "NER", csv_of("k.csv", "Organisation|Activité|Région|Département|Début|Bénéficiaires ciblés|Hommes|Femmes|Bénéficiaires atteints|Hommes|Femmes\nPAM|Cash|Zinder|Tanout|2023|100|40|60|90|30|60"),
         (1, 1, 0, 1, 0), untold={"column_twice", "kind_assumed", "column_unknown"}),
    Case("totals after their parts", "NER", csv_of("k.csv", "Organisation|Activité|Région|Département|Début|Hommes|Femmes|Total ciblé (personnes)|Mois|Hommes|Femmes|Total atteint (personnes)\nPAM|Cash|Zinder|Tanout|2023|40|60|100|juin|30|60|90"),
         (1, 1, 0, 1, 0), untold={"column_twice", "kind_assumed"}),
    Case("figures that are words", "SEN", csv_of("w.csv", "Structure|Activité|Région|Année|Bénéficiaires\nPAM|Cantines scolaires|Louga|2016|Élèves\nPAM|Cantines scolaires|Matam|2016|Élèves\nFAO|Semences|Kolda|2016|Petits producteurs"),
         (3, 3, 0, 3, 0), untold={"figure_text"}),
    Case("words nobody can count", "SEN", csv_of("w.csv", "Structure|Activité|Région|Année|Personnes atteintes\nPAM|Cantines scolaires|Louga|2016|beaucoup\nPAM|Cantines scolaires|Matam|2016|peu\nFAO|Semences|Kolda|2016|selon l’année"),
         (3, 3, 0, 3, 0), {"words_for_figures"}),
    Case("ends that are open, durations, years to years", "SEN", csv_of("e.csv", "Structure|Activité|Département|Début|Fin|Durée\nPAM|Cantines scolaires|Kanel|01/2016|En cours|12 mois\nPAM|Cantines scolaires|Matam|2016|31/12/2017|2 ans\nPAM|Cantines scolaires|Podor|03/2016|Continu|\nPAM|Cantines scolaires|Mbour|05/2016|01/2016|"),
         (4, 4, 0, 3, 1), {"duration_ignored", "end_before_start"}, {"date_unread"}),
    Case("American days, said by one column only", "SEN", csv_of("d.csv", "Organization|Activity|Admin2|Start date|End date\nWFP|School meals|Kanel|03/04/2016|12/31/2016\nWFP|School meals|Matam|05/06/2016|06/30/2016"),
         (2, 2, 0, 2, 0)),
    Case("serial numbers and texts of days", "SEN", xlsx_of("d.xlsx", {"A": [["Structure", "Activité", "Département", "Date début", "Date fin"], ["PAM", "Cantines scolaires", "Kanel", 42370, "42735"], ["PAM", "Cantines scolaires", "Matam", date(2016, 1, 1), "31 décembre 2016"]]}),
         (2, 2, 0, 2, 0)),
    Case("months without a year", "SEN", csv_of("m.csv", "Structure|Activité|Département|Mois\nPAM|Cantines scolaires|Kanel|Juin\nPAM|Cantines scolaires|Kanel|Juillet"), (2, 2, 0, 0, 2), {"year_missing"}),
    Case("months of the year of the batch", "SEN", csv_of("m.csv", "Structure|Activité|Département|Mois\nPAM|Cantines scolaires|Kanel|Juin\nPAM|Cantines scolaires|Kanel|Juillet"), (2, 2, 0, 2, 0), options={"default_year": 2016}),
    Case("tonnes, percentages and households in a column of people", "SEN", csv_of("t.csv", "Structure|Activité|Département|Début|Personnes ciblées\nPAM|Vivres|Kanel|2016|12 tonnes\nPAM|Vivres|Matam|2016|45 %\nPAM|Vivres|Podor|2016|150 ménages\nPAM|Vivres|Mbour|2016|-5\nPAM|Vivres|Bakel|2016|1 250"),
         (5, 5, 0, 1, 4), {"not_people", "percentage", "households_and_people", "negative"}),
    Case("parts above their total", "SEN", csv_of("p.csv", "Structure|Activité|Département|Début|Personnes atteintes|Hommes atteints|Femmes atteintes\nPAM|Vivres|Kanel|2016|100|60|60\nPAM|Vivres|Matam|2016|100|40|60"), (2, 2, 0, 1, 1), {"part_above_total"}),
    Case("the table on a sheet called Liste", "SEN", xlsx_of("l.xlsx", {"Liste": [HEAD.split("|"), ["PAM", "Cantines scolaires", "Louga", "", 2016]], "Notes": [["Rien"]]}), (1, 1, 0, 1, 0)),
    Case("headings of questions above", "NER", xlsx_of("q.xlsx", {"3W": [["QUI ?", None, "QUOI ?", None, "OÙ ?", None, "QUAND ?"], ["Organisation", "Acronyme", "Secteur", "Activité", "Région", "Département", "Date de début"], ["Programme alimentaire mondial", "PAM", "Sécurité alimentaire", "Cash for work", "Zinder", "Gouré", date(2024, 3, 1)]]}), (1, 1, 0, 1, 0), units=["NE007004"]),
    Case("tags that say less than headings", "SEN", csv_of("h.csv", "Organisation|Bailleur|Activité|Code département|Département|Date de début|Ménages ciblés\n#org|#org|#activity|#adm2|#adm2|#date|#targeted\nPAM|USAID|Cantines scolaires|SN0901|Kanel|01/03/2016|25"),
         (1, 1, 0, 1, 0), untold={"column_twice", "unit_unknown"}, units=["SN0901"]),
    Case("tags without headings", "SEN", csv_of("h.csv", "#org+name|#activity|#adm1+name|#adm2+name|#date+start|#reached+ind\nPAM|Cantines scolaires|Matam|Kanel|2016-03-01|25\nPAM|Cantines scolaires|Matam|Ranérou|2016-03-01|30"), (2, 2, 0, 2, 0)),
    Case("older forms of codes", "SEN", csv_of("o.csv", "Organisation|Activité|adm2_pcode|adm2_name|Début\nPAM|Cantines scolaires|SEN009001|Kanel|2016\nPAM|Cantines scolaires|SN0902|Kanel|2016\nPAM|Cantines scolaires|SN0903||2016"), (3, 2, 0, 2, 1), {"code_name_disagree"}, units=["SN0901", "SN0903"]),
    Case("offices and lists of organisations", "SEN", csv_of("l.csv", "Structure|Activité|Région|Année\nPAM, ONG inventée|Cantines scolaires|Louga|2016\nFAO et UNICEF|Semences|Kolda|2016\nSave the Children Sénégal|Protection de l’enfance|Thiès|2016\nMinistère de la Ruralité, des Eaux et des Savoirs|Forages|Matam|2016"),
         (4, 4, 0, 4, 0), {"several_organisations", "organisation_unknown"}),
    Case("a ministry alone", "SEN", csv_of("l.csv", "Ministère de tutelle|Programme|Région|Année\nMSAS|Couverture maladie universelle|Louga|2016"), (1, 1, 0, 1, 0)),
    Case("several countries, some blank", "NER", csv_of("c.csv", f"Pays|{HEAD}\nNiger|PAM|Cash|Zinder|Gouré|2024\nRépublique du Niger|PAM|Cash|Zinder|Tanout|2024\nNER|PAM|Cash|Zinder|Magaria|2024\nMali|PAM|Cash|Gao|Gao|2024\nNigeria|PAM|Cash|Borno|Bama|2024\nTchad|PAM|Cash|Lac|Bol|2024\n|PAM|Cash|Zinder|Mirriah|2024"),
         (7, 4, 3, 4, 0)),
    Case("codes of a neighbour", "NER", csv_of("c.csv", "Organisation|Activité|Admin1Pcode|Admin2Pcode|Admin2|Début\nPAM|Cash|ML07|ML0701|Gao|2024\nPAM|Cash|NE007|NE007004|Gouré|2024"), (2, 1, 1, 1, 0)),
    Case("blank rows, repeated headings, subtotals and notes", "SEN", csv_of("b.csv", f"Tableau 1\n\n{HEAD}|Ménages atteints\nPAM|Cantines scolaires|Matam|Kanel|2016|10\n|||||\nSous-total|||||10\n{HEAD}|Ménages atteints\nPAM|Cantines scolaires|Matam|Matam|2016|20\nTotal général|||||30\nNB : chiffres provisoires"),
         (2, 2, 0, 2, 0), {"total_ignored", "row_ignored"}),
    Case("a hundred and twenty columns", "SEN", xlsx_of("w.xlsx", {"A": [["Organisation", *(f"Q{n}" for n in range(115)), "Activité", "Région", "Début", "Ménages atteints"], ["PAM", *("x" for _ in range(115)), "Cantines scolaires", "Louga", 2016, 7]]}), (1, 1, 0, 1, 0)),
    Case("a sheet that says it is empty", "SEN", lambda folder: edited(workbook(folder / "e.xlsx", {"A": [HEAD.split("|"), ["PAM", "Cantines scolaires", "Louga", "", 2016]]}), r"xl/worksheets/sheet1\.xml", lambda xml: xml.replace('ref="A1:E2"', 'ref="A1"')), (1, 1, 0, 1, 0)),
    Case("more reached than targeted", "SEN", csv_of("r.csv", f"{HEAD}|Personnes ciblées|Personnes atteintes\nPAM|Cantines scolaires|Matam|Kanel|2016|100|130"), (1, 1, 0, 1, 0), {"reached_above_targeted"}),
    Case("a sheet for each region", "NER", xlsx_of("s.xlsx", {"Zinder": [["Organisation", "Activité", "Année", "Ménages atteints"], ["PAM", "Cash", 2024, 12]], "Diffa": [["Organisation", "Activité", "Année", "Ménages atteints"], ["PAM", "Cash", 2024, 15]], "Contacts": [["Nom", "Téléphone"], ["A", "B"]]}),
         (2, 2, 0, 2, 0), {"region_only"}, units=["NE007", "NE002"]),
    Case("a place merged over region and department", "SEN", xlsx_of("m.xlsx", {"A": [HEAD.split("|"), ["PAM", "Cantines scolaires", {"merge": (1, 2), "value": "Matam"}, None, 2016], ["PAM", "Cantines scolaires", {"merge": (2, 1), "value": "Thiès"}, "Mbour", 2016], ["PAM", "Cantines scolaires", None, "Tivaouane", 2016]]}),
         (3, 3, 0, 3, 0), units=["SN09", "SN1301", "SN1303"]),
    Case("places with their number or code", "SEN", csv_of("n.csv", f"{HEAD}\nPAM|Cantines scolaires|09 - Matam|1. Kanel|2016\nPAM|Cantines scolaires||SN1301 Mbour|2016\nPAM|Cantines scolaires||Podor (SN1002)|2016\nPAM|Cantines scolaires||SN1301 Podor|2016"),
         (4, 3, 0, 3, 1), {"code_name_disagree"}, units=["SN0901", "SN1301", "SN1002"]),
    Case("misspelt names that everybody writes", "SEN", csv_of("n.csv", "Structure|Activité|Département|Année\nPAM|Cantines scolaires|M'bour|2016\nPAM|Cantines scolaires|Zinguinchor|2016\nPAM|Cantines scolaires|St-Louis|2016\nPAM|Cantines scolaires|Médina Yoro Foulah|2016\nPAM|Cantines scolaires|KOUPENTOUM|2016\nPAM|Cantines scolaires|Département de Kanel|2016"),
         (6, 6, 0, 6, 0), units=["SN1301", "SN1403", "SN1003", "SN0702", "SN1203", "SN0901"]),
    Case("short headings, amounts in millions, numbers of a target population", "SEN", csv_of("k.csv", "Organisme|Intitulé de l’action|Reg.|Dépt.|Population cible|Départements couverts|Coût (en millions FCFA)|Année\nPAM|Cantines scolaires|Matam|Kanel|1 200|3|25,5|2016\nPAM|Cantines scolaires|Matam|Matam|800|2|12|2016"),
         (2, 2, 0, 2, 0), untold={"group_unknown", "kind_assumed"}, units=["SN0901", "SN0902"]),
    Case("activities in other words", "NER", csv_of("a.csv", f"{HEAD}\nUNICEF|Construction de latrines familiales|Zinder|Gouré|2024\nUNICEF|Dépistage et prise en charge MAS|Zinder|Tanout|2024\nOxfam|Espaces amis des enfants|Diffa|Bosso|2024\nFAO|Reconstitution du cheptel|Tahoua|Keita|2024\nPAM|Réhabilitation de demi-lunes|Tahoua|Bouza|2024"),
         (5, 5, 0, 5, 0), {"instrument_proposed"}, {"instrument_unknown"}),
]  # fmt: skip

# Files that no table can be read from, and words of the reason given.
UNREADABLE = [
    ("letter.csv", "Bonjour,\nvoici nos activités.".encode(), "Aucun tableau"),
    ("nothing.csv", b"", "vide"),
    ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ancien format"),
    ("page.xls", b"<html><table><tr><td>Organisation</td></tr></table></html>", "n’est pas un tableau"),
    ("note.pdf", b"%PDF-1.4 rien", "n’est pas un tableau"),
    ("zeros.csv", b"\0" * 400, "n’est pas un tableau"),
    (
        "sheet.ods",
        b"PK\x03\x04\x14\0\0\x08\0\0\0\0\0\0\0\0\0\0.\0\0\0.\0\0\0\x08\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        "abîmé",
    ),
]
