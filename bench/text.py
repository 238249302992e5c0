"""Made-up prose of the length that minutes have."""

import random

OPENINGS = [
    "La discussion a porté sur", "Les agences ont rappelé l’importance de", "Le secrétariat a présenté",
    "Plusieurs participants ont demandé des précisions sur", "Il a été proposé de revoir", "Les échanges ont montré que",
    "La réunion a pris note de", "Le point focal a rendu compte de", "Les participants ont salué", "Reste à préciser",
]  # fmt: skip
SUBJECTS = [
    "le ciblage des ménages pauvres et vulnérables", "le registre social unifié", "les transferts monétaires saisonniers",
    "l’alimentation scolaire dans les zones pastorales", "les travaux à haute intensité de main-d’œuvre",
    "l’assurance indicielle des éleveurs", "la couverture santé des femmes et des enfants", "la coordination entre les régions",
    "le calendrier des enquêtes auprès des ménages", "le partage des bases de bénéficiaires", "le financement du plan de travail",
    "la note de cadrage sur le socle de protection sociale", "la réponse aux chocs climatiques", "les filets sociaux adaptatifs",
]  # fmt: skip
ENDINGS = [
    "en vue de la prochaine réunion", "avec les services techniques de l’État", "dans trois régions pilotes",
    "avant la fin du trimestre", "sur la base des données de l’année écoulée", "sans créer de structure nouvelle",
    "en lien avec les partenaires techniques et financiers", "à partir des enseignements de la phase pilote",
    "pour les ménages qui ne sont couverts par aucun programme", "en tenant compte du calendrier agricole",
]  # fmt: skip


def sentence(rng: random.Random) -> str:
    return f"{rng.choice(OPENINGS)} {rng.choice(SUBJECTS)}, {rng.choice(ENDINGS)}."


def paragraph(rng: random.Random, sentences: int) -> str:
    return "<p>" + " ".join(sentence(rng) for _ in range(sentences)) + "</p>"


def section(rng: random.Random) -> str:
    """Some 900 characters of clean HTML: two paragraphs and a short list."""
    items = "".join(f"<li>{sentence(rng)}</li>" for _ in range(2))
    return f"{paragraph(rng, 3)}<ul>{items}</ul>{paragraph(rng, 2)}"


def task(rng: random.Random) -> str:
    return f"Préparer une note sur {rng.choice(SUBJECTS)} {rng.choice(ENDINGS)}."


def theme(rng: random.Random) -> str:
    subject = rng.choice(SUBJECTS)
    return subject[0].upper() + subject[1:]
