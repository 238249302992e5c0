"""What the sessions of the demonstration dealt with, month by month. Illustrative, and in words of our own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Task:
    """An action of a session: its owners (agencies, or in `who` « toutes » or a function), days until it is due (None:
    no date), what became of it (« part »: its first owner has done its share), and what was said of it."""

    text: str
    owners: tuple[str, ...] = ()
    who: str = ""
    days: int | None = 28
    # Counted from the day of loading, not from that of the meeting.
    from_today: bool = False
    state: str = "done"
    note: str = ""


@dataclass(frozen=True)
class Session:
    theme: str
    lead: str
    text: str
    decision: str
    tasks: tuple[Task, ...] = ()
    excused: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    # agency → what it said at the round table
    updates: tuple[tuple[str, str], ...] = ()


# After March, in the order of the rule’s dates.
SESSIONS_2016: dict[date, Session] = {
    date(2016, 4, 12): Session(
        "Travaux à haute intensité de main-d’œuvre",
        "PNUD",
        "Le PNUD décrit ses chantiers de fixation de dunes, le PAM ses travaux de récupération de terres. Le nombre de "
        "jours payés et le tarif journalier diffèrent d’un programme à l’autre, parfois dans la même commune.",
        "Les agences échangent leurs tarifs journaliers avant d’ouvrir un nouveau chantier.",
        (Task("Dresser le tableau des tarifs journaliers par commune.", ("PNUD", "PAM"), note="Tableau envoyé."),),
    ),
    date(2016, 5, 10): Session(
        "Extension de la protection sociale à l’économie informelle",
        "BIT",
        "Le BIT revient sur les suites de l’atelier de février. Les groupes thématiques nationaux ont commencé leurs "
        "travaux ; la Task Force prépare une contribution commune plutôt que cinq notes séparées.",
        "Une note commune est préparée pour les groupes thématiques nationaux.",
        (Task("Écrire la note commune sur l’économie informelle.", ("BIT",), note="Note relue et envoyée."),),
        absent=("FAO",),
    ),
    date(2016, 6, 14): Session(
        "Filets sociaux et saison de soudure",
        "PAM",
        "Les distributions de la soudure commencent. Le PAM et l’UNICEF comparent leurs listes dans trois régions ; une "
        "même famille y figure parfois deux fois, sous deux orthographes.",
        "Les doublons sont signalés au chef de village avant toute radiation.",
        (Task("Proposer une règle d’écriture des noms pour les listes.", ("UNICEF",), note="Règle d’une page."),),
        excused=("UNICEF",),
    ),
    date(2016, 7, 12): Session(
        "Cantines scolaires et nutrition",
        "UNICEF",
        "Les cantines sont regardées comme un filet social : elles gardent les filles à l’école et servent un repas par "
        "jour. La FAO propose d’y relier les jardins scolaires.",
        "Les cantines figurent dans la carte commune des filets sociaux.",
        (Task("Ajouter les cantines à la carte commune.", ("UNICEF", "FAO"), note="Deux régions sur huit manquent."),),
    ),
    date(2016, 8, 9): Session(
        "Registre social et partage des données",
        "UNICEF",
        "Le groupe discute de ce qui peut être partagé : des effectifs par commune, oui ; des noms, seulement par accord "
        "écrit. Le projet de registre social est présenté dans ses grandes lignes.",
        "Aucune liste nominative ne circule par courriel.",
        (Task("Rédiger un modèle d’accord de partage de données.", ("UNICEF",), note="Modèle adopté en octobre."),),
        absent=("PNUD",),
    ),
    date(2016, 9, 13): Session(
        "Protection sociale et moyens d’existence agricoles",
        "FAO",
        "La séance tombe le jour estimé de la Tabaski ; elle est courte. La FAO montre comment un transfert modeste au "
        "bon moment évite la vente des semences.",
        "Le calendrier agricole est joint au calendrier des transferts.",
        (Task("Joindre le calendrier agricole au calendrier commun.", ("FAO",), note="Fait."),),
        excused=("UNICEF",),
    ),
    date(2016, 10, 11): Session(
        "Assurance santé et mutuelles",
        "BIT",
        "Le BIT présente trois mutuelles de santé et ce qui les fait durer : une cotisation petite et régulière, un "
        "hôpital qui accepte leur carte, un appui au démarrage.",
        "Une visite d’une mutuelle est organisée avec les partenaires nationaux.",
        (Task("Organiser la visite d’une mutuelle de santé.", ("BIT",), state="cancelled", note="Route coupée."),),
    ),
    date(2016, 11, 8): Session(
        "Protection sociale adaptative et chocs climatiques",
        "PAM",
        "Un filet social adaptatif s’étend avant la crise et se replie après. Les participants cherchent quels signaux "
        "d’alerte pourraient déclencher cette extension au Niger.",
        "Trois signaux d’alerte sont retenus pour l’essai de l’année suivante.",
        (Task("Écrire la fiche des trois signaux d’alerte.", ("PAM", "UNICEF"), note="Fiche partagée."),),
    ),
    date(2016, 12, 13): Session(
        "Bilan de 2016 et plan de travail de 2017",
        "UNICEF",
        "Onze séances, dix thèmes : le groupe relit son plan. Ce qui a le mieux marché est ce qui avait un responsable "
        "et une date ; le reste est repris dans le plan suivant.",
        "Le plan de travail de 2017 reprend les activités inachevées.",
        (Task("Transmettre le bilan au Coordonnateur résident.", who="Coordination", note="Transmis en janvier."),),
        excused=("UNICEF",),
    ),
}

# The months before the day of loading; the latest one comes last and is in `demo_recent`.
RECENT_SESSIONS: list[Session] = [
    Session(
        "Critères de ciblage : première relecture",
        "PAM",
        "Les critères communs de 2016 sont relus à la lumière des enquêtes récentes. Le nombre d’actifs du ménage reste "
        "le critère le plus simple à vérifier ; la taille du troupeau se discute.",
        "La grille de critères est revue avant la prochaine soudure.",
        (
            Task("Mettre à jour la grille de critères.", ("PAM", "UNICEF"), note="Version revue envoyée."),
            Task("Demander leur avis aux bureaux régionaux.", who="toutes", days=21, note="Sept bureaux ont répondu."),
        ),
        absent=("FNUAP",),
    ),
    Session(
        "Transferts monétaires : montants et fréquence",
        "UNICEF",
        "Les montants vont du simple au double pour un même panier. L’UNICEF verse par trimestre, le PAM par mois ; les "
        "ménages disent préférer des versements petits et réguliers.",
        "Le panier de référence est recalculé deux fois par an.",
        (
            Task(
                "Recalculer le panier de référence.",
                ("PAM",),
                days=45,
                state="in_progress",
                note="Prix relevés sur quatre marchés ; il en manque deux.",
            ),
            Task(
                "Comparer les frais des opérateurs de paiement.", ("PNUD",), state="cancelled", note="Étude déjà faite."
            ),
        ),
        excused=("FAO",),
    ),
    Session(
        "Suivi après distribution : questions communes",
        "FAO",
        "Chaque agence interroge les ménages après une distribution, avec ses propres questions. Dix questions posées de "
        "la même façon suffiraient à comparer.",
        "Dix questions communes sont posées par toutes les agences.",
        (
            Task(
                "Traduire les dix questions en haoussa et en zarma.",
                ("UNICEF", "FAO"),
                days=40,
                state="part",
                note="Version haoussa relue.",
            ),
        ),
        excused=("UNICEF",),
        updates=(("BIT", "Une formation des inspecteurs du travail s’est tenue à Niamey."),),
    ),
    Session(
        "Mécanismes de plainte et redevabilité",
        "UNICEF",
        "Un numéro vert commun éviterait aux ménages de chercher la bonne agence. La question du coût et de la langue "
        "reste ouverte.",
        "Une étude de faisabilité d’un numéro vert commun est demandée.",
        (
            Task(
                "Étudier la faisabilité d’un numéro vert commun.",
                ("UNICEF",),
                days=60,
                state="in_progress",
                note="Deux opérateurs consultés.",
            ),
            Task("Recenser les mécanismes de plainte en place.", who="Points focaux", days=None, state="not_started"),
        ),
        absent=("PNUD",),
        updates=(
            ("FAO", "La campagne de vaccination du petit bétail commence dans l’ouest."),
            ("PAM", "Les stocks de la soudure sont en place à 70 %."),
        ),
    ),
    Session(
        "Protection sociale et adolescentes",
        "FNUAP",
        "Le FNUAP montre que les bourses liées à la présence en classe retardent l’âge du mariage. Le groupe regarde ce "
        "que les filets existants pourraient en reprendre.",
        "Un essai de bourse est rattaché à deux filets existants.",
        (
            Task(
                "Choisir deux communes pour l’essai de bourse.",
                ("FNUAP", "UNICEF"),
                days=35,
                state="done",
                note="Aguié et Tibiri.",
            ),
        ),
        remote=("BIT", "PNUD"),
        updates=(("PNUD", "Trois comités de gestion des conflits sont installés."),),
    ),
    Session(
        "Préparation de la campagne de soudure",
        "PAM",
        "Les agences croisent leurs calendriers de distribution. Deux départements reçoivent des transferts au même "
        "moment ; le PAM et la FAO accordent leurs listes.",
        "Tenir un calendrier commun des distributions, mis à jour chaque mois.",
        (
            Task(
                "Publier le calendrier commun des distributions.",
                ("PAM",),
                days=-12,
                from_today=True,
                state="in_progress",
                note="Première version relue par la FAO.",
            ),
            Task(
                "Comparer les listes de bénéficiaires de deux départements.",
                ("PAM", "FAO"),
                days=20,
                from_today=True,
                state="part",
            ),
            Task(
                "Transmettre les montants des transferts en vigueur.",
                who="toutes",
                days=35,
                from_today=True,
                state="not_started",
            ),
        ),
        excused=("UNICEF", "FNUAP"),
        remote=("PNUD",),
        updates=(
            ("BIT", "Le diagnostic de l’emploi informel est publié."),
            ("FAO", "Les kits maraîchers sont distribués dans deux départements."),
            ("UNICEF", "Six mille enfants sont inscrits au registre."),
        ),
    ),
]
