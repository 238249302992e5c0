"""Shapes of 3W files as coordination offices publish them in several countries; every name and figure is invented.

Their headings were read in public files of Nigeria, Cameroon, Congo, Haiti, Colombia, Guatemala, Mali, Burkina Faso, Chad
and Somalia; the rows stand in Niger, so that places resolve.
"""

from __future__ import annotations

from datetime import date

from tests.interventions.imports.corpus import Case, csv_of, xlsx_of

STATES = """
organisation|org_acronym|org_type|project_sector|activities|status|state|state_pcode|lga|lga_pcode|ishrp|month|year
#org+name|#org +acronym|#org +type|#sector|#activity +name|#status|#adm1 +name|#adm1 +code|#adm2 +name|#adm2 +code|#HRP||
United Nations Children's Fund|UNICEF|UN|WASH|Hygiene kits|Planned|Diffa|NE002|Bosso|NE002001|Yes|April|2024
ONG inventée|ONG INVENTEE|INGO|SHL|Cash for shelter|Completed|Zinder|NE007|Magaria|NE007006|Yes|May|2024
"""
SPANISH = """
No.|ORGANIZACIÓN LÍDER|ORGANIZACIÓN IMPLEMENTADORA|TIPO DE ORGANIZACIÓN IMPLEMENTADORA|SECTOR / CLUSTER|ACTIVIDAD|DEPARTAMENTO|PCODE1|MUNICIPIO|PCODE2|FECHA DE INICIO|FECHA DE FINALIZACIÓN|ESTADO|PERSONAS ALCANZADAS|NIÑAS|NIÑOS|MUJERES|HOMBRES|HOGARES
1|UNICEF|World Vision|ONG internacional|Protección|Transferencias monetarias|Zinder|NE007|Gouré|NE007004|01/03/2023|31/12/2023|En ejecución|1.200|200|210|400|390|240
2|UNICEF|UNICEF|ONU|Agua, saneamiento e higiene|Kits de higiene|Diffa|NE002|Bosso|NE002001|enero 2023|junio 2023|Finalizado|300|||||
"""
PROGRAMMES = [["implementing_org_name", "implementing_org_acronym", "implementing_org_type", "prog_org_name", "clusters", "activity_desc", "adm1_name", "adm1_pcode", "adm2_name", "adm2_pcode", "reporting_period", "year"],
              ["Plan International", "PLAN", "INGO", "UNICEF", "Education", "Kits scolaires", "Maradi", "NE004", "Aguié", "NE004001", "Q3", 2023]]  # fmt: skip
TERRITORIES = [["ACCRONYME\n(Choisir dans la liste déroulante)", "NOM ORGANISATION\n(cette colonne est renseignée automatiquement)", "CLUSTER\n(Choisir dans la liste déroulante)", "ACTIVITE", "PROVINCE", "Code Province", "TERRITOIRE", "Code Terrtoire", "ZONE DE SANTE", "Statut Projet", "Date début", "Date Fin"],
               ["PAM", "Programme alimentaire mondial", "Sécurité alimentaire", "Cantines scolaires", "Diffa", "NE002", "Bosso", "NE002001", "Bosso", "En cours", date(2024, 1, 1), date(2024, 12, 31)]]  # fmt: skip
SECTORS = [["ORG_NAME_fr", "ORG_ACRONYM_fr", "ORG_TYPE_fr", "SECTORS_fr", "adm1_fr", "adm1code", "adm2_fr", "adm2code", "Date_maj"],
           ["Programme alimentaire mondial", "PAM", "Nations Unies", "Sécurité alimentaire", "Zinder", "NE007", "Gouré", "NE007004", "28/02/2024"],
           ["UNICEF", "UNICEF", "Nations Unies", "Abris / NFI", "Agadez", "NE001", "Arlit", "NE001002", "28/02/2024"]]  # fmt: skip
TITLED = [[{"merge": (1, 6), "value": "MATRICE 3W – PRÉSENCE OPÉRATIONNELLE MARS-AVRIL 2024"}],
          ["Organisation", "Secteur/Cluster", "Région", "Province", "Commune", "Commentaires"], ["#org+name", "#sector", "#adm1+name", "#adm2+name", "#adm3+name", ""],
          ["UNICEF", "EHA", "Zinder", "Gouré", "Guidiguir", ""]]  # fmt: skip
APPEALS = [["APPEALING ORGANIZATION", "IMPLEMENTER ORGANIZATION", "Organization acronym", "Implementing organization type", "SECTOR / CLUSTER", "ACTIVITY", "Admin Department", "Pcode 1", "Admin Municipality", "Pcode 2", "Status", "Start date", "End date", "# Beneficiaries reached", "Girls (0-17)", "Boys (0-17)", "Women (18-59)", "Men (18-59)", "Older women (60+)", "Older men (60+)"],
           ["WFP", "WFP", "WFP", "UN", "Food Security", "Food assistance - cash", "Zinder", "NE007", "Gouré", "NE007004", "Finalizado", date(2023, 1, 1), date(2023, 12, 31), 100, 20, 20, 25, 25, 5, 5]]  # fmt: skip
LOCALITIES = [["Organization Name", "Org Acronym", "Org Type", "Sector", "State Name", "Locality", "Locality Pcode", "Activity status", "# of Months"],
              ["UNICEF", "UNICEF", "UN", "WASH", "Zinder", "Gouré", "NE007004", "ongoing", 4]]  # fmt: skip
GROUPED = [["Organisation", "Activité", "Région", "Département", {"merge": (1, 9), "value": "Personnes ciblées"}],
           ["", "", "", "", "Total", "Hommes", "Femmes", "Filles", "Garçons", "Adultes", "Enfants", "Personnes âgées", "PSH"],
           ["PAM", "Vivres", "Zinder", "Gouré", 100, 40, 60, 10, 10, 75, 20, 5, 3]]  # fmt: skip
VALUES = """
Organisation chef de file|Partenaire de mise en oeuvre|Activité|Région|Département|Date de début|Date de fin|Nombre de ménages|Nombre de personnes
PAM|ADKOUL, KARKARA et CADEV|Cantines scolaires|Toutes les régions||janv-23|déc-23|1 234|6 000
PAM|DGPSN|Bourses de sécurité familiale|National||2023-2025||50-100|
PAM|World Vision|Vivres|ST LOUIS|Dagana|du 1er octobre au 31 décembre 2023||200 mén.|1200
PAM|World Vision|Vivres|Régions de Matam et Kolda||2023|2023|200|1200
PAM|World Vision|Vivres|Thies|M'bour|2016/17||300|1 200 ind / 200 HH
PAM|World Vision|Vivres|Kolda|Vélingara|2023 à ce jour||12.000|60.000
"""

FIELD_CASES = [
    Case("states and local governments", "NER", csv_of("a.csv", STATES), (2, 2, 0, 2, 0), untold={"column_unknown"}, units=["NE002001", "NE007006"]),
    Case("programming organisations", "NER", xlsx_of("a.xlsx", {"data": PROGRAMMES}), (1, 1, 0, 1, 0), untold={"column_unknown"}, units=["NE004001"]),
    Case("provinces and territories with their codes", "NER", xlsx_of("a.xlsx", {"Compilation_VF": TERRITORIES}), (1, 1, 0, 1, 0), units=["NE002001"]),
    Case("names that end in their language", "NER", xlsx_of("a.xlsx", {"Pres Op": SECTORS}), (2, 2, 0, 1, 1), {"instrument_from_sector", "instrument_unknown"}, {"column_unknown"}, units=["NE001002"]),
    Case("a title merged over the headings", "NER", xlsx_of("a.xlsx", {"MATRICE": TITLED}), (1, 1, 0, 1, 0), {"commune_kept_above"}, options={"default_year": 2024}, units=["NE007004"]),
    Case("in Spanish", "NER", csv_of("a.csv", SPANISH, delimiter=";", encoding="cp1252"), (2, 2, 0, 2, 0), untold={"column_unknown", "kind_assumed", "unit_unknown"}, units=["NE007004", "NE002001"]),
    Case("departments and municipalities", "NER", xlsx_of("a.xlsx", {"Hoja-1": APPEALS}), (1, 1, 0, 1, 0), untold={"column_unknown"}, units=["NE007004"]),
    Case("localities with their codes", "NER", xlsx_of("a.xlsx", {"Sheet1": LOCALITIES}), (1, 1, 0, 1, 0), options={"default_year": 2024}, units=["NE007004"]),
    Case("values as people write them", "SEN", csv_of("a.csv", VALUES, delimiter=";"), (6, 5, 0, 3, 3), {"figure_range", "two_figures", "several_places"}, {"date_unread"}, units=["", "SN1001", "SN0703"]),
    Case("one group over most columns", "NER", xlsx_of("a.xlsx", {"A": GROUPED}), (1, 1, 0, 1, 0), untold={"kind_assumed", "unit_unknown", "column_twice"}, options={"default_year": 2024}, units=["NE007004"]),
    Case("headings and nothing below", "SEN", csv_of("a.csv", "Structure|Activité|Région|Début"), (0, 0, 0, 0, 0), {"no_rows"}),
]  # fmt: skip
