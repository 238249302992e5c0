"""Minutes written elsewhere: whole texts of several shapes, in French and in English."""

import io
from datetime import date, time
from pathlib import Path

import docx
import pytest
from django.conf import settings

from meetings.imports.minutes import UnreadableFileError, read_file, read_minutes, read_text
from meetings.imports.minutes.directory import Directory, reference_names
from meetings.imports.minutes.source import read_bytes

SEED = Path(settings.BASE_DIR).parent / "shared" / "seeds" / "000_79dc74d384d6a9fd.txt"


@pytest.fixture(scope="module")
def directory():
    return Directory(reference_names())


@pytest.fixture
def read(directory):
    return lambda text: read_minutes(read_text(text), directory)


def people(proposal) -> dict:
    return {
        entry.agency or entry.label: [(person.name, person.status) for person in entry.people]
        for entry in proposal.agencies
    }


def codes(proposal) -> list[str]:
    return [flag.code for flag in proposal.flags]


# The founding minutes -----------------------------------------------------------------------------


@pytest.mark.skipif(not SEED.exists(), reason=f"the founding minutes are not there: {SEED}")
def test_the_founding_minutes_of_the_task_force(directory):
    source = read_file(SEED)
    proposal = read_minutes(source, directory)
    assert (proposal.date, proposal.start, proposal.end) == (date(2016, 2, 11), time(10, 30), time(12, 30))
    assert "locaux de l" in proposal.place
    assert proposal.chair is None
    assert [entry.agency for entry in proposal.agencies] == ["BIT", "PAM", "FAO", "PNUD", "UNICEF"]
    assert [len(entry.people) for entry in proposal.agencies] == [1] * 5
    assert len(proposal.agenda) == 4
    assert proposal.agenda[-1].title == "Divers"
    assert len(proposal.conclusions) == 3
    assert proposal.rule == "FREQ=MONTHLY;BYDAY=2TU"
    assert proposal.next_meeting["date"] == date(2016, 3, 8)
    assert "ciblage" in proposal.next_meeting["theme"]
    named = [update.agency for update in proposal.updates]
    assert named[:5] == ["BIT", "UNICEF", "PAM", "FAO", "PNUD"]
    assert named[5:] == [None, "Banque mondiale"]
    assert {"METSS", "CFS", "HC3N", "Banque mondiale"} <= set(proposal.cited_not_present)
    assert [(event.date, event.end) for event in proposal.external_events] == [
        (date(2016, 2, 1), None),
        (date(2016, 2, 8), date(2016, 2, 9)),
    ]
    assert codes(proposal).count("date-contradiction") == 1
    flag = next(flag for flag in proposal.flags if flag.code == "date-contradiction")
    assert "2015" in source.text[flag.start : flag.end]
    assert "residue-dropped" in codes(proposal)
    assert [(action.owner, action.due) for action in proposal.actions] == [(None, None)]
    assert "action-without-owner" in codes(proposal)


# Shapes of our own --------------------------------------------------------------------------------

CLUSTER = """Compte rendu de la réunion du Cluster Habitat
Date : Jeudi 14 juin 2018
Lieu : Salle de conférence du PNUD, Niamey
Heure : De 14h40’ à 16h27’
Présidence : M. Amadou Exemple, Coordonnateur du cluster (PAM)

Etaient présents :
1. Amadou Exemple, PAM
2. Mme Halima Modèle, FAO
3. M. Ibrahim Essai – Save the Children
4. Moussa Forme (Maison Commune), remplaçant de M. Jean Témoin
5. Rakia Patron, Chargée de programme, ACF, rakia@example.org, 96 12 34 56

Absents excusés :
- M. Oumarou Calque (UNICEF)
- HCR

Invités :
- Mme Zeinabou Moule, Ministère de l'Agriculture

Ordre du jour :
1. Adoption du compte rendu précédent (5 min)
2. Situation des abris – présentation par le BIT (20 minutes)
3. Plan de réponse 2018 (FAO/PAM)
4. Divers

1. Adoption du compte rendu précédent
Adopté sans changement.
2. Situation des abris
Il a été décidé que le plan serait revu.
3. Plan de réponse 2018
Les partenaires ont échangé.

Points d'action
Action\tResponsable\tÉchéance\tÉtat
Partager la présentation\tBIT\t20/06/2018\tEn cours
Revoir le plan\tPAM et FAO\t30 juin 2018\tNon commencée
Mettre à jour la matrice\tTous les membres\t15 juillet\t

4. Divers
Rien à signaler.
La prochaine réunion est prévue le jeudi 12 juillet 2018 à 10h et portera sur l’eau.
"""


def test_a_cluster_with_numbered_people_excused_and_a_table_of_actions(read):
    proposal = read(CLUSTER)
    assert proposal.title == "Compte rendu de la réunion du Cluster Habitat"
    assert (proposal.date, proposal.start, proposal.end) == (date(2018, 6, 14), time(14, 40), time(16, 27))
    assert proposal.place == "Salle de conférence du PNUD, Niamey"
    assert proposal.chair == {"name": "M. Amadou Exemple", "agency": "PAM"}
    assert people(proposal) == {
        "PAM": [("Amadou Exemple", "present")],
        "FAO": [("Halima Modèle", "present")],
        "Save the Children": [("Ibrahim Essai", "present")],
        "Maison Commune": [("Moussa Forme", "present")],
        "ACF": [("Rakia Patron", "present")],
        "UNICEF": [("Oumarou Calque", "excused")],
        "Ministère de l'Agriculture": [("Zeinabou Moule", "guest")],
    }
    stand_in = next(person for entry in proposal.agencies for person in entry.people if person.replaces)
    assert (stand_in.name, stand_in.replaces) == ("Moussa Forme", "Jean Témoin")
    assert [(item.title, item.minutes, item.presenter) for item in proposal.agenda] == [
        ("Adoption du compte rendu précédent", 5, None),
        ("Situation des abris", 20, "BIT"),
        ("Plan de réponse 2018", None, "FAO/PAM"),
        ("Divers", None, None),
    ]
    assert [(action.text, action.owner, action.due, action.state) for action in proposal.actions] == [
        ("Partager la présentation", "BIT", date(2018, 6, 20), "in_progress"),
        ("Revoir le plan", "PAM et FAO", date(2018, 6, 30), "not_started"),
        ("Mettre à jour la matrice", "Tous les membres", date(2018, 7, 15), None),
    ]
    assert [decision["text"] for decision in proposal.decisions] == ["Il a été décidé que le plan serait revu."]
    assert proposal.next_meeting == {"date": date(2018, 7, 12), "theme": "l’eau"}
    # Excused without anybody's name: known, cited, not counted as there.
    assert "HCR" in proposal.cited_not_present
    assert "agency-excused" in codes(proposal)
    assert codes(proposal).count("unknown-agency") == 2


ENGLISH = """PROTECTION CLUSTER
MEETING MINUTES
Date: 5 March 2019
Time: 10:00 – 11:30 am
Venue: UNHCR Conference Room
Chair: Sarah Sample (UNHCR)

Attendees: 1. Sarah Sample, UNHCR
2. Mark Model, UNDP
3. Fatima Form, WFP (replacing John Pattern)

Apologies: UNICEF

Agenda:
1. Review of previous action points (10 min)
2. Monitoring update – WFP (15 min)
3. AOB

1. Review of previous action points
All points were completed.
2. Monitoring update
It was agreed that partners will share data monthly.
3. AOB
None.

Action points:
- UNDP to circulate the template by 12 March 2019.
- UNHCR will share the draft before the next meeting.
- All partners to update the contact list (deadline: 15 March)

Next meeting: 2 April 2019, 10:00.
"""


def test_an_english_cluster_with_action_points(read):
    proposal = read(ENGLISH)
    assert (proposal.date, proposal.start, proposal.end) == (date(2019, 3, 5), time(10), time(11, 30))
    assert proposal.place == "UNHCR Conference Room"
    assert proposal.chair == {"name": "Sarah Sample", "agency": "HCR"}
    assert people(proposal) == {
        "HCR": [("Sarah Sample", "present")],
        "PNUD": [("Mark Model", "present")],
        "PAM": [("Fatima Form", "present")],
    }
    assert proposal.agencies[2].people[0].replaces == "John Pattern"
    assert [(item.title, item.minutes, item.presenter) for item in proposal.agenda] == [
        ("Review of previous action points", 10, None),
        ("Monitoring update", 15, "WFP"),
        ("AOB", None, None),
    ]
    assert [(action.owner, action.due) for action in proposal.actions] == [
        ("UNDP", date(2019, 3, 12)),
        ("UNHCR", None),
        ("All partners", date(2019, 3, 15)),
    ]
    assert proposal.next_meeting == {"date": date(2019, 4, 2), "theme": None}


COMMITTEE = """PROCES-VERBAL DE LA REUNION DU COMITE DE PILOTAGE
Le 23 mars 2017, s'est tenue à la salle de réunion de la DGPSN, entre 09h et 11h, la réunion du comité, sous la présidence de Mme Aminata Exemple, Déléguée générale.

Présents : M. Cheikh Modèle (DGAS), Mme Awa Essai (ACMU), M. Paul Forme (BIT) et Mme Fatou Témoin (UNICEF).
Excusés : M. Alioune Calque (MEN), représenté par M. Omar Moule ; Mme Khady Patron (CLM)
Absents : DPDEGV

ORDRE DU JOUR
• Suivi des recommandations
• Etat d'avancement du registre
• Questions diverses

I. SUIVI DES RECOMMANDATIONS
La DGAS les a rappelées.
II. ETAT D'AVANCEMENT DU REGISTRE
Le comité décide de valider le plan d'extension.

RECOMMANDATIONS
1. Finaliser le manuel (Responsable : DGPSN ; échéance : 30/04/2017)
2. Transmettre la liste - ACMU - 15 avril 2017
3. DGAS : organiser l'atelier avant fin avril

L'ordre du jour étant épuisé, la séance a été levée à 11h05.
"""


def test_a_committee_with_excused_represented_and_recommendations(read):
    proposal = read(COMMITTEE)
    assert (proposal.date, proposal.start, proposal.end) == (date(2017, 3, 23), time(9), time(11))
    assert proposal.place == "salle de réunion de la DGPSN"
    assert proposal.chair == {"name": "Mme Aminata Exemple", "agency": None}
    present = people(proposal)
    assert present["MEN"] == [("Alioune Calque", "excused"), ("Omar Moule", "present")]
    assert present["CLM"] == [("Khady Patron", "excused")]
    assert [present[name][0][1] for name in ("DGAS", "ACMU", "BIT", "UNICEF")] == ["present"] * 4
    stand_in = next(entry for entry in proposal.agencies if entry.agency == "MEN").people[1]
    assert stand_in.replaces == "Alioune Calque"
    assert [item.title for item in proposal.agenda] == [
        "Suivi des recommandations",
        "Etat d'avancement du registre",
        "Questions diverses",
    ]
    assert [(action.text, action.owner, action.due) for action in proposal.actions] == [
        ("Finaliser le manuel", "DGPSN", date(2017, 4, 30)),
        ("Transmettre la liste", "ACMU", date(2017, 4, 15)),
        # « fin avril » is no date: nothing is made up.
        ("organiser l'atelier avant fin avril", "DGAS", None),
    ]
    assert proposal.decisions == [{"text": "Le comité décide de valider le plan d'extension."}]


def test_agencies_alone_an_agenda_within_a_sentence_and_next_steps(read):
    proposal = read(
        "GROUPE DE TRAVAIL NUTRITION\nRéunion du lundi 03/09/2018\nSalle UNFPA, de 15h à 17h\n\n"
        "PARTICIPANTS : UNICEF, PAM, OMS, FAO, ACF et Save the Children\n\n"
        "POINTS ABORDES\nPoints discutés : (i) résultats ; (ii) plan de secours ; (iii) divers\n\n"
        "DISCUSSIONS\nL'UNICEF a présenté l'enquête réalisée du 1er au 25 août 2018.\nDécision : le plan est adopté.\n\n"
        "PROCHAINES ETAPES\no PAM : envoyer la carte (d'ici le 15 septembre)\no UNICEF/OMS : finaliser le protocole\n\n"
        "La prochaine rencontre aura lieu le lundi 1er octobre 2018, thème : la fortification."
    )
    assert [(entry.agency, entry.people) for entry in proposal.agencies] == [
        (name, []) for name in ("UNICEF", "PAM", "OMS", "FAO", "ACF", "Save the Children")
    ]
    assert [item.title for item in proposal.agenda] == ["résultats", "plan de secours", "divers"]
    assert [(action.owner, action.due) for action in proposal.actions] == [
        ("PAM", date(2018, 9, 15)),
        ("UNICEF/OMS", None),
    ]
    assert [(event.label, event.date, event.end) for event in proposal.external_events] == [
        ("enquête", date(2018, 8, 1), date(2018, 8, 25))
    ]
    assert proposal.next_meeting == {"date": date(2018, 10, 1), "theme": "la fortification"}
    assert proposal.decisions == [{"text": "le plan est adopté."}]
    assert (proposal.start, proposal.end, proposal.place) == (time(15), time(17), "Salle UNFPA")


def test_people_below_their_agency_letters_for_points_and_times_in_sentences(read):
    proposal = read(
        "Compte-rendu de réunion du comité technique\nMercredi 8 février 2017\n\nÉtaient présents :\n"
        "Pour le BIT : M. Jean Exemple, Mme Anne Modèle\nPour le PNUD : Mme Lisa Essai (suppléante de M. Ali Forme)\n"
        "Pour l’UNICEF\n- Mme Rose Témoin\n- M. Luc Calque (en ligne)\n\nÉtait excusé : M. Marc Moule (PAM)\n"
        "Étaient absents : la FAO et l’OMS\n\nOrdre du jour\na) Validation du PV\nb) Programmation\n\n"
        "La réunion a débuté à 9h15 sous la présidence de Mme Anne Modèle (BIT).\n\na) Validation du PV\nAdopté.\n"
        "b) Programmation\nIl est convenu de tenir deux ateliers.\n\nTâches\n- Envoyer le calendrier (Mme Essai, 15/02)\n"
        "- Réserver la salle : Secrétariat\n\nFin de la réunion : 11h40. Prochaine séance le 8 mars à 9h."
    )
    assert people(proposal) == {
        "BIT": [("Jean Exemple", "present"), ("Anne Modèle", "present")],
        "PNUD": [("Lisa Essai", "present")],
        "UNICEF": [("Rose Témoin", "present"), ("Luc Calque", "present")],
        "PAM": [("Marc Moule", "excused")],
    }
    assert (proposal.start, proposal.end) == (time(9, 15), time(11, 40))
    assert proposal.chair == {"name": "Mme Anne Modèle", "agency": "BIT"}
    assert [item.title for item in proposal.agenda] == ["Validation du PV", "Programmation"]
    assert [(action.text, action.owner, action.due) for action in proposal.actions] == [
        ("Envoyer le calendrier", "Mme Essai", date(2017, 2, 15)),
        ("Réserver la salle", "Secrétariat", None),
    ]
    assert proposal.next_meeting["date"] == date(2017, 3, 8)
    assert "year-inferred" in codes(proposal)


def test_updates_by_agency_and_a_chair_named_in_the_list(read):
    proposal = read(
        "MINUTES OF THE COORDINATION MEETING\nHeld on Wednesday, 17 October 2018 from 2:00 pm to 4:15 pm at the WFP Country Office, Accra\n\n"
        "PRESENT\nWHO – Dr. Kwame Sample (Chair), Ms. Ama Model\nMinistry of Gender, Children and Social Protection – Mrs. Efua Form\n"
        "World Bank: Peter Pattern (online)\n\nABSENT WITH APOLOGY\nUNFPA – Ms. Grace Mould\n\n"
        "4. UPDATES FROM AGENCIES\nUNICEF: Launched a training on 8 October.\nWHO: Supported the Ministry of Health.\n\n"
        "5. DECISIONS\nThe committee agreed to meet every second Tuesday of the month."
    )
    assert people(proposal) == {
        "OMS": [("Kwame Sample", "present"), ("Ama Model", "present")],
        "Ministry of Gender, Children and Social Protection": [("Efua Form", "present")],
        "Banque mondiale": [("Peter Pattern", "present")],
        "FNUAP": [("Grace Mould", "excused")],
    }
    assert proposal.chair == {"name": "Dr Kwame Sample", "agency": "OMS"}
    assert (proposal.start, proposal.end, proposal.place) == (time(14), time(16, 15), "WFP Country Office")
    assert [update.agency for update in proposal.updates] == ["UNICEF", "OMS"]
    assert proposal.rule == "FREQ=MONTHLY;BYDAY=2TU"


def test_a_text_that_says_nothing_stays_empty(read):
    proposal = read("Bonjour à tous,\nmerci pour votre accueil chaleureux de la semaine passée.")
    empty = proposal.as_json()
    assert {name for name, value in empty.items() if value and name not in {"flags", "title"}} == set()
    assert {"date-missing", "attendance-missing"} <= set(codes(proposal))


def test_a_weekday_that_does_not_fit_its_date_is_a_doubt(read):
    assert "weekday-mismatch" in codes(read("Réunion du comité\nLundi 14 juin 2018\nPrésents : BIT, PAM"))
    assert "weekday-mismatch" not in codes(read("Réunion du comité\nJeudi 14 juin 2018\nPrésents : BIT, PAM"))


# Word files ---------------------------------------------------------------------------------------


def word(build) -> bytes:
    document = docx.Document()
    build(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def table(document, *rows):
    made = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(made.add_row().cells, row, strict=True):
            cell.text = text


def test_a_word_file_with_tables(directory):
    def build(document):
        document.add_heading("Compte rendu de la réunion du groupe Transferts", 0)
        table(
            document,
            ("Date", "Mardi 12 novembre 2019"),
            ("Heure", "10h00 - 12h15"),
            ("Lieu", "Bureau du PAM"),
            ("Président de séance", "M. Souleymane Exemple (PAM)"),
        )
        document.add_heading("Liste de présence", 1)
        table(
            document,
            ("N°", "Nom et prénom", "Structure", "Fonction", "Contact"),
            ("1", "M. EXEMPLE Souleymane", "PAM", "Coordonnateur", "70 00 00 01"),
            ("2", "TEMOIN Adama", "Maison Commune", "Responsable", "70 00 00 02"),
            ("3", "Mme MODELE Rokia (représentant M. CALQUE Issa)", "UNICEF", "Spécialiste", "a@example.org"),
        )
        document.add_heading("Ordre du jour", 1)
        for item in ("Suivi des recommandations", "Présentation de l’étude (OIM, 20 min)", "Divers"):
            document.add_paragraph(item, style="List Number")
        document.add_heading("1. Suivi des recommandations", 2)
        table(
            document,
            ("Recommandations", "Responsable", "Échéance", "Statut"),
            ("Partager le panier", "PAM", "31/10/2019", "Fait"),
        )
        document.add_heading("3. Divers", 2)
        document.add_paragraph("La formation aura lieu du 2 au 4 décembre 2019 à Maradi.")
        document.add_heading("Actions à mener", 1)
        table(
            document, ("#", "Action", "Qui ?", "Quand ?"), ("1", "Harmoniser les montants", "PAM, OIM", "30 novembre")
        )
        document.add_paragraph("Prochaine réunion : mardi 10 décembre 2019 à 10h")

    proposal = read_minutes(read_bytes(word(build)), directory)
    assert proposal.title == "Compte rendu de la réunion du groupe Transferts"
    assert (proposal.date, proposal.start, proposal.end) == (date(2019, 11, 12), time(10), time(12, 15))
    assert proposal.chair == {"name": "M. Souleymane Exemple", "agency": "PAM"}
    assert people(proposal) == {
        "PAM": [("EXEMPLE Souleymane", "present")],
        "Maison Commune": [("TEMOIN Adama", "present")],
        "UNICEF": [("MODELE Rokia", "present")],
    }
    assert proposal.agencies[2].people[0].replaces == "CALQUE Issa"
    assert [(item.title, item.minutes, item.presenter) for item in proposal.agenda] == [
        ("Suivi des recommandations", None, None),
        ("Présentation de l’étude", 20, "OIM"),
        ("Divers", None, None),
    ]
    assert [(action.text, action.owner, action.due, action.state) for action in proposal.actions] == [
        ("Partager le panier", "PAM", date(2019, 10, 31), "done"),
        ("Harmoniser les montants", "PAM, OIM", date(2019, 11, 30), None),
    ]
    assert [(event.label, event.date, event.end) for event in proposal.external_events] == [
        ("formation", date(2019, 12, 2), date(2019, 12, 4))
    ]
    assert proposal.next_meeting["date"] == date(2019, 12, 10)


# Files that cannot be read ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vide"),
        (b"\x00 \r\n", "vide"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, ".doc"),
        (b"PK\x03\x04 broken", "abîmé"),
        (b"%PDF-1.7 broken", "abîmé"),
        (b"{\\rtf1 text}", "format"),
        ("…  !?".encode(), "pas de texte"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content, says):
    with pytest.raises(UnreadableFileError, match=says):
        read_bytes(content, name="pv.docx")


def test_a_bomb_is_not_unpacked():
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 130_000_000)
    with pytest.raises(UnreadableFileError, match="démesuré"):
        read_bytes(file.getvalue())


def test_old_windows_text_and_tracked_changes(directory):
    assert read_bytes("Présents : l’équipe".encode("cp1252")).text == "Présents : l’équipe"

    def build(document):
        paragraph = document.add_paragraph("Réunion du 3 mai 2018")
        xml = (
            '<w:{0} xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:id="1" w:author="x">'
            "<w:r><w:{1}>{2}</w:{1}></w:r></w:{0}>"
        )
        for tag, text_tag, text in (("ins", "t", " à Dosso"), ("del", "delText", " à Zinder")):
            paragraph._p.append(docx.oxml.parse_xml(xml.format(tag, text_tag, text)))

    source = read_bytes(word(build))
    assert source.text == "Réunion du 3 mai 2018 à Dosso"
    assert "tracked-changes" in codes(read_minutes(source, directory))


# PDF files ----------------------------------------------------------------------------------------


def pdf(html: str) -> bytes:
    import weasyprint

    return weasyprint.HTML(string=html).write_pdf()


def test_a_pdf_with_text_loses_its_running_heads(directory):
    page = "<p>Tête de page du comité</p><p>%s</p><p>%d / 3</p>"
    content = pdf(
        "<style>p{margin:4px} div{break-after:page}</style>"
        + "".join(
            f"<div>{page % (text, number)}</div>"
            for number, text in enumerate(
                (
                    "Réunion du groupe Abris<br>Jeudi 14 juin 2018<br>Présents : M. Jean Exemple (BIT), Mme Anne Modèle (PAM)",
                    "Ordre du jour<br>1. Bilan (10 min)<br>2. Divers",
                    "Points d’action<br>- BIT : partager le bilan avant le 30 juin 2018",
                ),
                start=1,
            )
        )
    )
    source = read_bytes(content)
    assert "Tête de page" not in source.text
    proposal = read_minutes(source, directory)
    assert proposal.date == date(2018, 6, 14)
    assert people(proposal) == {"BIT": [("Jean Exemple", "present")], "PAM": [("Anne Modèle", "present")]}
    assert [(item.title, item.minutes) for item in proposal.agenda] == [("Bilan", 10), ("Divers", None)]
    assert [(action.owner, action.due) for action in proposal.actions] == [("BIT", date(2018, 6, 30))]


def test_a_scanned_pdf_says_so():
    with pytest.raises(UnreadableFileError, match="images"):
        read_bytes(pdf("<svg width='50' height='50'><rect width='50' height='50'/></svg>"))
