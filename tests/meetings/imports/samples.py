"""Minutes as committees and clusters write them, in words of our own; and files made of them."""

import io

import docx

COMMITTEE = """Comité technique Nutrition
Compte rendu de la réunion du jeudi 14 juin 2018
Lieu : Salle de la Coordination, Niamey
De 10h à 12h15

Présents :
M. Jean Exemple (BIT)
Mme Aïssa Modèle (UNICEF), remplaçante de M. Paul Absent
Excusés : Mme Fati Ailleurs (PAM)

Ordre du jour
1. Adoption de l’ordre du jour
2. Plan de réponse (30 min, BIT)
3. Divers

1. Adoption de l’ordre du jour
L’ordre du jour est adopté sans changement.
2. Plan de réponse
Le BIT présente le plan. Le comité a décidé que le plan sera revu chaque trimestre.
3. Divers
Rien à signaler.

Points d’action
- Partager le plan révisé (BIT), avant le 30 juin 2018
- Mettre à jour la liste des contacts – Responsable : UNICEF – État : réalisé

Prochaine réunion : 12 juillet 2018
"""

CLUSTER = """Food Security Cluster – Minutes
Date: 5 March 2019
Time: 09:00 – 11:00
Venue: WFP conference room
Chair: Mr John Sample, FAO

Attendees:
1. John Sample, FAO
2. Mary Other, PAM
Apologies: Peter Third (UNICEF)

Agenda
1. Review of action points
2. AOB

Action points
- FAO to share the map by 15 March 2019
"""


def word(text: str) -> bytes:
    """A .docx with a paragraph a line."""
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
