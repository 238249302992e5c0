"""Names of choices: meetings, presence, minutes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeetingKind(models.TextChoices):
    ORDINARY = "ordinary", _("Réunion ordinaire")
    EXTRAORDINARY = "extraordinary", _("Réunion extraordinaire")
    HISTORICAL = "historical", _("Réunion passée (archives)")


class MeetingState(models.TextChoices):
    DRAFT = "draft", _("En préparation")
    CONVENED = "convened", _("Convoquée")
    IN_PROGRESS = "in_progress", _("En cours")
    HELD = "held", _("Tenue")
    CLOSED = "closed", _("Close")
    POSTPONED = "postponed", _("Reportée")
    CANCELLED = "cancelled", _("Annulée")


class ItemKind(models.TextChoices):
    STANDING = "standing", _("Point permanent")
    INFORMATION = "information", _("Information")
    DISCUSSION = "discussion", _("Discussion")
    DECISION = "decision", _("Décision")
    OTHER = "other", _("Divers")


class ItemOutcome(models.TextChoices):
    OPEN = "open", _("À traiter")
    TREATED = "treated", _("Traité")
    POSTPONED = "postponed", _("Reporté")


class ProposalState(models.TextChoices):
    """A point proposed for the agenda."""

    PROPOSED = "proposed", _("Proposé")
    ACCEPTED = "accepted", _("Retenu")
    REFUSED = "refused", _("Non retenu")
    BACKLOG = "backlog", _("Gardé pour plus tard")


class Visibility(models.TextChoices):
    MEMBERS = "members", _("Membres")
    RESTRICTED = "restricted", _("Diffusion restreinte")


class PartStat(models.TextChoices):
    """RFC 5545 §3.2.12."""

    NEEDS_ACTION = "needs-action", _("Sans réponse")
    ACCEPTED = "accepted", _("Participera")
    DECLINED = "declined", _("Excusé(e)")
    TENTATIVE = "tentative", _("Peut-être")
    DELEGATED = "delegated", _("Sera représenté(e)")


class AttendMode(models.TextChoices):
    """How somebody who accepts will take part; PARTSTAT does not tell."""

    IN_PERSON = "in_person", _("Sur place")
    REMOTE = "remote", _("À distance")


class AnswerChannel(models.TextChoices):
    PORTAL = "portal", _("Portail")
    LINK = "link", _("Lien personnel")
    MAIL = "mail", _("Courriel")
    SECRETARIAT = "secretariat", _("Saisie du secrétariat")


class ReplyOutcome(models.TextChoices):
    """What came of an answer that arrived by mail from a calendar."""

    RECORDED = "recorded", _("Enregistrée")
    TO_SETTLE = "to-settle", _("À régler")
    IGNORED = "ignored", _("Sans suite")


class Capacity(models.TextChoices):
    TITULAR = "titular", _("Titulaire")
    SUBSTITUTE = "substitute", _("Suppléant(e)")
    WITHOUT_MANDATE = "without_mandate", _("Sans mandat")
    OBSERVER = "observer", _("Observateur")
    GUEST = "guest", _("Invité(e)")
    SECRETARIAT = "secretariat", _("Secrétariat")
    CHAIR = "chair", _("Présidence de séance")


# Whose presence represents their agency (invariant 1 of the domain page of meetings).
REPRESENTING = frozenset({Capacity.TITULAR, Capacity.SUBSTITUTE, Capacity.WITHOUT_MANDATE})


class AttendanceStatus(models.TextChoices):
    PRESENT = "present", _("Présent(e)")
    REMOTE = "remote", _("À distance")
    EXCUSED = "excused", _("Excusé(e)")
    ABSENT = "absent", _("Absent(e)")
    REPRESENTED = "represented", _("Représenté(e)")


ATTENDING = frozenset({AttendanceStatus.PRESENT, AttendanceStatus.REMOTE})


class MinutesState(models.TextChoices):
    DRAFT = "draft", _("Projet")
    CIRCULATED = "circulated", _("Partagé pour observations")
    APPROVED = "approved", _("Adopté")
    PUBLISHED = "published", _("Diffusé")


class VersionKind(models.TextChoices):
    """What made a version of the minutes."""

    CIRCULATED = "circulated", _("Partagée")
    ADOPTED = "adopted", _("Adoptée")
    ERRATUM = "erratum", _("Rectifiée")


class CorrectionState(models.TextChoices):
    OPEN = "open", _("À traiter")
    ACCEPTED = "accepted", _("Retenue")
    REFUSED = "refused", _("Non retenue")
    WITHDRAWN = "withdrawn", _("Retirée")


class AdoptionMode(models.TextChoices):
    CONSENSUS = "consensus", _("Par consensus")
    VOTE = "vote", _("Par vote")
    TACIT = "tacit", _("Tacite, après le délai")


class SectionKind(models.TextChoices):
    CONTEXT = "context", _("Contexte")
    FOLLOW_UP = "follow_up", _("Suivi des actions")
    ITEM = "item", _("Point à l’ordre du jour")
    ROUND_TABLE = "round_table", _("Tour de table")
    CONCLUSIONS = "conclusions", _("Conclusions")
    NEXT_MEETING = "next_meeting", _("Prochaine réunion")


class ImportState(models.TextChoices):
    """Where a document of the past stands on its way into the archives."""

    RECEIVED = "received", _("En cours de lecture")
    REFUSED = "refused", _("Illisible")
    READ = "read", _("À relire")
    APPLIED = "applied", _("Enregistré")
    UNDONE = "undone", _("Import annulé")
    DISCARDED = "discarded", _("Écarté")


class AttachmentKind(models.TextChoices):
    DOCUMENT = "document", _("Pièce jointe")
    SIGNED_SHEET = "signed-sheet", _("Feuille de présence signée")


class TextState(models.TextChoices):
    """Whether the words of a file were read for search; shown to nobody."""

    WAITING = "waiting"
    READ = "read"
    # A photograph, a scan.
    WORDLESS = "wordless"
    # Damaged, locked, or costing too much.
    UNREADABLE = "unreadable"


class LiveKind(models.TextChoices):
    """What can be captured while the meeting takes place."""

    NOTE = "note", _("Notes")
    DECISION = "decision", _("Décision")
    ACTION = "action", _("Action")
    PRESENCE = "presence", _("Présence")
    ITEM = "item", _("Point en cours")


# Meetings whose agenda is still being prepared.
IN_PREPARATION = frozenset({MeetingState.DRAFT, MeetingState.CONVENED, MeetingState.POSTPONED})
