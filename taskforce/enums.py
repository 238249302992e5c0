"""Names of choices: who sits, who runs, what is followed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Civility(models.TextChoices):
    MS = "ms", _("Mme")
    MR = "mr", _("M.")
    DR = "dr", _("Dr")
    PR = "pr", _("Pr")


class Language(models.TextChoices):
    FRENCH = "fr", _("Français")
    ENGLISH = "en", _("Anglais")


class AgencyKind(models.TextChoices):
    UN = "un", _("Agence des Nations Unies")
    IFI = "ifi", _("Institution financière internationale")
    INTERGOVERNMENTAL = "igo", _("Organisation intergouvernementale")
    MINISTRY = "ministry", _("Ministère")
    PUBLIC_BODY = "public", _("Établissement public")
    PARLIAMENT = "parliament", _("Parlement")
    LOCAL_AUTHORITY = "local", _("Collectivité territoriale")
    DONOR = "donor", _("Bailleur")
    NGO_INTERNATIONAL = "ingo", _("ONG internationale")
    NGO_NATIONAL = "ngo", _("ONG nationale")
    SOCIAL_PARTNER = "social", _("Organisation de travailleurs ou d’employeurs")
    PRIVATE = "private", _("Secteur privé")
    ACADEMIA = "academia", _("Université, recherche")
    NETWORK = "network", _("Réseau, plateforme")
    EXPERT = "expert", _("Expert indépendant")


class BodyKind(models.TextChoices):
    TASK_FORCE = "task_force", _("Task Force")
    THEMATIC_GROUP = "thematic_group", _("Groupe thématique")
    TECHNICAL_COMMITTEE = "technical_committee", _("Comité technique")
    NATIONAL_COMMITTEE = "national_committee", _("Comité national")


class BodyState(models.TextChoices):
    PROPOSED = "proposed", _("Proposée")
    ACTIVE = "active", _("Active")
    DORMANT = "dormant", _("En sommeil")
    CLOSED = "closed", _("Close")


class SeatStatus(models.TextChoices):
    MEMBER = "member", _("Membre")
    OBSERVER = "observer", _("Observateur")


class OfficeRole(models.TextChoices):
    """Dated functions that are not seats. A data manager serves a country, the others a body."""

    SECRETARIAT = "secretariat", _("Secrétariat")
    CHAIR = "chair", _("Présidence")
    DATA_MANAGER = "data_manager", _("Gestionnaire de données")
    RESIDENT_COORDINATOR = "resident_coordinator", _("Coordination résidente")


class MandateEnd(models.TextChoices):
    EXPIRED = "expired", _("Terme du mandat")
    REPLACED = "replaced", _("Remplacement")
    DEPARTED = "departed", _("Départ de l’agence")
    WITHDRAWN = "withdrawn", _("Retrait par l’agence")
    ERROR = "error", _("Erreur de saisie")


class DesignationPurpose(models.TextChoices):
    FIRST = "first", _("Première désignation")
    RENEWAL = "renewal", _("Renouvellement")
    REPLACEMENT = "replacement", _("Remplacement d’une personne")


class DesignationStanding(models.TextChoices):
    """Where a structure stands on the board; computed from the request and its solicitation, never stored."""

    NOT_ASKED = "not_asked", _("Non sollicitée")
    DRAFT = "draft", _("À envoyer")
    SENT = "sent", _("Demandée")
    OPENED = "opened", _("Ouverte")
    LATE = "late", _("En retard")
    SUBMITTED = "submitted", _("Réponse à examiner")
    RETURNED = "returned", _("Renvoyée à la direction")
    ACCEPTED = "accepted", _("Acceptée")
    DECLINED = "declined", _("Ne souhaite pas siéger")
    EXPIRED = "expired", _("Expirée")
    REVOKED = "revoked", _("Retirée")


class DecisionMode(models.TextChoices):
    CONSENSUS = "consensus", _("Consensus")
    VOTE = "vote", _("Vote")


class ActionState(models.TextChoices):
    NOT_STARTED = "not_started", _("Non commencée")
    IN_PROGRESS = "in_progress", _("En cours")
    DONE = "done", _("Réalisée")
    CANCELLED = "cancelled", _("Annulée")


class ActionPriority(models.TextChoices):
    HIGH = "high", _("Haute")
    NORMAL = "normal", _("Normale")
    LOW = "low", _("Basse")


class PlanState(models.TextChoices):
    OPEN = "open", _("En cours")
    CLOSED = "closed", _("Clos")


class ActivityState(models.TextChoices):
    PLANNED = "planned", _("Prévue")
    IN_PROGRESS = "in_progress", _("En cours")
    DONE = "done", _("Réalisée")
    POSTPONED = "postponed", _("Reportée")
    CANCELLED = "cancelled", _("Annulée")


class Role(models.TextChoices):
    """Scopes a person holds in a body today; computed from mandates and offices, never stored."""

    SECRETARIAT = "secretariat", _("Secrétariat")
    CHAIR = "chair", _("Présidence")
    RESIDENT_COORDINATOR = "resident_coordinator", _("Coordination résidente")
    TITULAR = "titular", _("Titulaire")
    SUBSTITUTE = "substitute", _("Suppléant(e)")
    OBSERVER = "observer", _("Observateur")


# Terms of reference


class TermsState(models.TextChoices):
    DRAFT = "draft", _("Projet")
    SHARED = "shared", _("Partagés pour commentaires")
    DISCUSSED = "discussed", _("Discutés")
    FORMALISED = "formalised", _("Formalisés")
    ADOPTED = "adopted", _("Adoptés")


class TermsMark(models.TextChoices):
    """What an agency has done with a shared text; the strongest last."""

    SEEN = "seen", _("Lu")
    COMMENTED = "commented", _("A commenté")
    AGREED = "agreed", _("D’accord")


class TermsAnswer(models.TextChoices):
    """What the secretariat made of a comment."""

    TAKEN = "taken", _("Retenu")
    NOT_TAKEN = "not_taken", _("Non retenu")


class TermsOutcome(models.TextChoices):
    ENDORSED = "endorsed", _("Texte approuvé")
    TO_AMEND = "to_amend", _("Texte à modifier")
    NOTED = "noted", _("Pris en note")


# Lists and years as documents


class ReportKind(models.TextChoices):
    ACTIONS = "actions", _("Liste des actions")
    DECISIONS = "decisions", _("Liste des décisions")
    PRESENCE = "presence", _("Présence de l’année")
    REVIEW = "review", _("Bilan de l’année")
