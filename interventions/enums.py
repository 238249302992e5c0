"""Closed lists of the interventions app; French labels (the interface speaks French first)."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class UnitLevel(IntegerChoices):
    REGION = 1, _("Région")
    DEPARTMENT = 2, _("Département")
    COMMUNE = 3, _("Commune")


class InterventionKind(TextChoices):
    PROGRAMME = "programme", _("Programme")
    PROJECT = "project", _("Projet")
    PILOT = "pilot", _("Pilote")
    ASSISTANCE = "assistance", _("Assistance technique")


class InterventionState(TextChoices):
    """The life of the sheet, not of the work on the ground (that one is derived from dates)."""

    DRAFT = "draft", _("Brouillon")
    SUBMITTED = "submitted", _("En relecture")
    PUBLISHED = "published", _("Publiée")
    ARCHIVED = "archived", _("Archivée")


class Halt(TextChoices):
    """What dates cannot tell."""

    NONE = "", _("Selon les dates")
    SUSPENDED = "suspended", _("Suspendue")
    CANCELLED = "cancelled", _("Annulée")


class InterventionStatus(TextChoices):
    """Derived: see `interventions.models.Intervention.status_on`."""

    PLANNED = "planned", _("Prévue")
    ONGOING = "ongoing", _("En cours")
    COMPLETED = "completed", _("Terminée")
    SUSPENDED = "suspended", _("Suspendue")
    CANCELLED = "cancelled", _("Annulée")
    UNKNOWN = "unknown", _("Dates inconnues")


class Visibility(TextChoices):
    PUBLIC = "public", _("Publique")
    PARTNERS = "partners", _("Partenaires du pays")
    AGENCY = "agency", _("Agences de l’intervention")


class RoleKind(TextChoices):
    """IATI 2.03 organisation roles, and the line ministry."""

    FUNDER = "funder", _("Financement")
    ACCOUNTABLE = "accountable", _("Responsable")
    EXTENDING = "extending", _("Intermédiaire")
    IMPLEMENTER = "implementer", _("Mise en œuvre")
    MINISTRY = "ministry", _("Ministère de tutelle")


class TargetingMethod(TextChoices):
    CATEGORICAL = "categorical", _("Catégoriel")
    GEOGRAPHIC = "geographic", _("Géographique")
    COMMUNITY = "community", _("Communautaire")
    MEANS_TEST = "means_test", _("Examen des ressources")
    PROXY_MEANS = "proxy_means", _("Examen indirect des ressources (PMT)")
    HEA = "hea", _("Économie des ménages (HEA)")
    SELF = "self", _("Auto-ciblage")
    UNIVERSAL = "universal", _("Universel")
    MIXED = "mixed", _("Mixte")


class Side(TextChoices):
    TRANSFER = "transfer", _("Transfert")
    SERVICE = "service", _("Service")
    ENABLER = "enabler", _("Système")


class ComplementarityKind(TextChoices):
    DEMAND_SUPPLY = "demand_supply", _("Demande et offre")
    LAYERING = "layering", _("Superposition")
    SEQUENCING = "sequencing", _("Enchaînement")
    SHARED_DELIVERY = "shared_delivery", _("Mise en œuvre partagée")


class LifeStage(TextChoices):
    EARLY_CHILDHOOD = "early_childhood", _("Petite enfance")
    CHILDHOOD = "childhood", _("Enfance")
    WORKING_AGE = "working_age", _("Âge actif")
    OLD_AGE = "old_age", _("Vieillesse")
    ALL_AGES = "all_ages", _("Tous les âges")


class Counted(TextChoices):
    HOUSEHOLD = "household", _("Ménages")
    PERSON = "person", _("Personnes")
    COMMUNITY = "community", _("Communautés")


class Sex(TextChoices):
    ALL = "", _("Ensemble")
    FEMALE = "f", _("Femmes")
    MALE = "m", _("Hommes")


class AgeBand(TextChoices):
    ALL = "", _("Tous les âges")
    CHILDREN = "children", _("Enfants (moins de 18 ans)")
    ADULTS = "adults", _("Adultes (18–59 ans)")
    ELDERLY = "elderly", _("Personnes âgées (60 ans et plus)")


class FigureKind(TextChoices):
    TARGETED = "targeted", _("Ciblés")
    REACHED = "reached", _("Atteints")
    IN_NEED = "in_need", _("Dans le besoin")


class Precision(TextChoices):
    COUNTED = "counted", _("Compté")
    ESTIMATED = "estimated", _("Estimé")
    ILLUSTRATIVE = "illustrative", _("Illustratif")


class TransferModality(TextChoices):
    CASH = "cash", _("Espèces")
    MOBILE = "mobile", _("Téléphone mobile")
    VOUCHER = "voucher", _("Coupon")
    FOOD = "food", _("Vivres")
    INPUTS = "inputs", _("Intrants ou actifs")
    FEES = "fees", _("Exemption ou prise en charge")
    SERVICE = "service", _("Service")


class Frequency(TextChoices):
    ONCE = "once", _("Une fois")
    DAY = "day", _("Par jour travaillé")
    MONTH = "month", _("Par mois")
    QUARTER = "quarter", _("Par trimestre")
    HALF_YEAR = "half_year", _("Par semestre")
    YEAR = "year", _("Par an")


class IndicatorKind(TextChoices):
    PROCESS = "process", _("Processus")
    OUTPUT = "output", _("Produit")
    OUTCOME = "outcome", _("Effet")
    IMPACT = "impact", _("Impact")


class Aggregation(TextChoices):
    """How the values of an indicator are put together over areas or over periods."""

    SUM = "sum", _("Somme")
    LATEST = "latest", _("Dernière valeur")
    MAXIMUM = "maximum", _("Valeur la plus grande")
    MEAN = "mean", _("Moyenne pondérée")
    NONE = "none", _("Ne s’agrège pas")


class Measure(TextChoices):
    """What a cell of a matrix or an area of a map shows."""

    INTERVENTIONS = "interventions", _("Interventions")
    LINES = "lignes", _("Lignes de couverture")
    AGENCIES = "structures", _("Structures")
    PEOPLE = "personnes", _("Personnes atteintes")
    HOUSEHOLDS = "menages", _("Ménages atteints")

    @property
    def counts_beneficiaries(self) -> bool:
        return self in (Measure.PEOPLE, Measure.HOUSEHOLDS)

    def noun(self, number: int) -> str:
        """What follows a number: « intervention », « ménages atteints »."""
        if self == Measure.INTERVENTIONS:
            return ngettext("intervention", "interventions", number)
        if self == Measure.LINES:
            return ngettext("ligne de couverture", "lignes de couverture", number)
        if self == Measure.AGENCIES:
            return ngettext("structure", "structures", number)
        if self == Measure.PEOPLE:
            return ngettext("personne atteinte", "personnes atteintes", number)
        return ngettext("ménage atteint", "ménages atteints", number)


class ViewPage(TextChoices):
    """The pages whose filters can be kept."""

    LIST = "liste", _("Liste")
    MATRIX = "matrice", _("Matrice")
    MAP = "carte", _("Carte")


class ImportState(TextChoices):
    """A coverage file on its way in."""

    RECEIVED = "received", _("En lecture")
    READ = "read", _("À vérifier")
    REFUSED = "refused", _("Illisible")
    APPLYING = "applying", _("En cours d’enregistrement")
    APPLIED = "applied", _("Enregistré")
    UNDOING = "undoing", _("En cours d’annulation")
    UNDONE = "undone", _("Annulé")
    DISCARDED = "discarded", _("Écarté")


class RowStatus(TextChoices):
    """What becomes of a row of a coverage file: `imports.coverage.proposal`."""

    NEW = "new", _("Nouvelle")
    CHANGED = "changed", _("Modifiée")
    UNCHANGED = "unchanged", _("Inchangée")
    REFUSED = "refused", _("Refusée")
    OUT_OF_SCOPE = "out_of_scope", _("Hors du pays")


class Severity(TextChoices):
    ERROR = "error", _("Erreur")
    WARNING = "warning", _("À vérifier")
    NOTICE = "notice", _("Pour information")


class MappingKind(TextChoices):
    """What is remembered of a provider's files."""

    COLUMN = "column", _("Colonne")
    PLACE = "place", _("Lieu")
    ORGANISATION = "organisation", _("Structure")
    INSTRUMENT = "instrument", _("Instrument")
    GROUP = "group", _("Groupe cible")


class EffectKind(TextChoices):
    INTERVENTION_MADE = "intervention_made", _("Fiche créée")
    # Whose entry it is, as a line of it was written.
    INTERVENTION_TOUCHED = "touched", _("Fiche à confirmer")
    LINE_MADE = "line_made", _("Ligne ajoutée")
    LINE_CHANGED = "line_changed", _("Ligne modifiée")


class ApiReach(TextChoices):
    """Which sheets a partner's token reads, and whether small figures are masked."""

    PUBLIC = "public", _("Fiches publiques ; chiffres de 1 à 4 masqués")
    PARTNERS = "partners", _("Fiches publiques et partenaires ; tous les chiffres")


class CampaignState(TextChoices):
    DRAFT = "draft", _("En préparation")
    OPEN = "open", _("Ouverte")
    CLOSED = "closed", _("Close")


class CampaignAnswerKind(TextChoices):
    """How a structure answered a campaign."""

    FORM = "form", _("Formulaire")
    FILE = "file", _("Classeur")
    NOTHING = "nothing", _("Rien sur la période")
