"""Words of headings, in French and in English, and the field that each names."""

from __future__ import annotations

import re
from functools import lru_cache

from core.text import normalise
from interventions.enums import AgeBand, Counted, FigureKind, Sex
from interventions.imports.coverage.columns import FIELDS, IGNORED, MARK_HEADING, MATRIX_PLACE, STANDARD, Figure
from interventions.imports.coverage.heading_names import EXACT
from interventions.standard_columns import (
    COMMUNE,
    DEDUCED_PLACE,
    MORE_ROLES,
    SAID_BESIDES,
    figure_column,
    possible_cells,
)

# Instructions that templates write into their headings: « REGION (Choisir dans la liste déroulante) », « Début (jj/mm/aaaa) ».
_INSTRUCTION = re.compile(
    r"\(([^()]*(?:choisir|selection|liste|renseigne|saisir|select|drop|choose|automati|remplir|format|jj|dd|mm/|yyyy|aaaa|"
    r"obligatoire|mandatory|required|optional|facultatif|uniquement|only|ex\s*[.:]|e\.g|voir|see|preciser|specify|indiquer)[^()]*)(?:\)|$)"
)
# « Zone(s) d’intervention », « Bailleur.s ».
_PLURAL = re.compile(r"\((?:e?s|x)\)|·e?s\b|\.s\b")
_SIGNS = re.compile(r"[^a-z0-9#+<>%/ ]+")

_FIELD_OF_STANDARD: dict[str, str] = {}
# « Code territoire », « Locality P-code », « admin3Pcod »: the code of what the rest names.
_CODE_BEFORE = re.compile(
    r"^(?:code ?pcode|p ?codes?|p ?cod|codes?|codigo)(?: (?:de la|de l|du|des|de|d|of the|of))? (?P<rest>.+)$"
)
_CODE_AFTER = re.compile(r"^(?P<rest>.+?) ?(?:p ?codes?|p ?cod|code)$")


@lru_cache(maxsize=4096)
def heading_key(text: str) -> str:
    """A heading reduced to its words: no accents, signs, instructions nor unit of a date."""
    key = normalise(text).replace("œ", "oe").replace("_", " ").replace("’", " ").replace("'", " ")
    key = _INSTRUCTION.sub(" ", _PLURAL.sub("s", key))
    key = _SIGNS.sub(" ", key)
    return " ".join(key.split())[:200]


@lru_cache(maxsize=4096)
def field_of_heading(text: str) -> str | None:
    """The field that a heading names; None when no rule knows it."""
    key = heading_key(text)
    if not key or key.replace(" ", "").isdigit():
        return None
    if key in _FIELD_OF_STANDARD:
        return _FIELD_OF_STANDARD[key]
    if key in EXACT:
        return EXACT[key]
    figure = figure_of_heading(key)
    if figure is not None:
        return figure
    if text in _OWN:
        return text
    coded = _CODE_BEFORE.match(key) or _CODE_AFTER.match(key)
    if coded:
        of = re.sub(r"\bterr?i?toires?\b", "territoire", coded["rest"])
        named = EXACT.get(of) or EXACT.get(of.removesuffix("s")) or ""
        if named in _CODES:
            return _CODES[named]
    short = re.sub(
        r"^(?:le |la |les |l |the |nom de l |nom de la |nom du |nom des |nom de |nom d |nom |name of the |name of )",
        "",
        key,
    )
    short = re.sub(r" (?:name|nom|fr|en)$", "", short)
    short = re.sub(r"^\d+ ?[./)]? ", "", short)
    short = re.sub(r" (?:en )?(?:f ?cfa|fcfa|xof|usd|eur|euros?)$", "", short)
    for candidate in (short, short.removesuffix("s"), re.sub(r" ?/ ?.*$", "", short), re.sub(r"^.* / ?", "", short)):
        if candidate in EXACT:
            return EXACT[candidate]
    return _by_words(key)


def is_exact_heading(text: str) -> bool:
    """Whether the heading is one of those known by its very words."""
    key = heading_key(text)
    return key in EXACT or key in _FIELD_OF_STANDARD


# The portal's own names of fields: what the properties of its maps are called.
_OWN = FIELDS - {"position", MATRIX_PLACE, IGNORED}
_CODES = {f"{level}_name": f"{level}_code" for level in ("adm1", "adm2", "adm3", "place")}


# Headings in other words, in this order.
_WORDS: tuple[tuple[str, str], ...] = (
    (r"^(?:type|tipo|categorie|category|nature) .*(?:organi[sz]ation|organizacion|organisme|structure|acteur|partenaire|partner|ong|org)\b", IGNORED),
    (r"\b(?:url|website|site web|lien|link|hyperlink|logo|photo)\b", IGNORED),
    (r"\b(?:contact|telephone|phone|e ?mail|responsable du suivi|focal)\b", IGNORED),
    (r"\b(?:p ?code|code)\b.*\b(?:region|adm(?:in)? ?1)\b|\b(?:region|adm(?:in)? ?1)\b.*\bp ?cod", "adm1_code"),
    (r"\b(?:p ?code|code)\b.*\b(?:departement|department|adm(?:in)? ?2)\b|\b(?:departement|department|adm(?:in)? ?2)\b.*\bp ?cod", "adm2_code"),
    (r"\b(?:p ?code|code)\b.*\b(?:commune|adm(?:in)? ?3)\b|\b(?:commune|adm(?:in)? ?3)\b.*\bp ?cod", "adm3_code"),
    (r"\b(?:cluster|sector|secteur|sectorielle?) (?:activity|activite)s?\b|^(?:intitule|titre|nom) (?:de )?(?:l |la |des? )?(?:action|activite)", "activity"),
    (r"\b(?:last update|mise a jour|date of update|mis a jour)\b", "reported"),
    (r"^(?:status|statut|etat) (?:of|de|d|des|du) |^(?:status|statut|etat) (?:projet|project|activite|activity|intervention|mise)", "status"),
    (r"^(?:montant|valeur|value|amount) (?:du |de la |des |de l |of )?(?:transferts?|prestations?|allocations?|transfer|cash|benefit)\b(?!.*\btotal)", "transfer_value"),
    (r"^minist(?:ere|ry)\b", "ministry"),
    (r"\bqui finance\b|\bwho funds?\b|\bfinanc(?:ement|ing|eur|ier)s? (?:par|by|source)\b", "funder"),
    (r"^(?:date )?.*\b(?:debut|demarrage|start|commencement)\b", "start"),
    (r"^(?:date )?.*\b(?:fin|cloture|end|achevement)\b(?! .*(?:partenaire|beneficiaire))", "end"),
    (r"\b(?:bailleur|donor|donateur|funding (?:source|agency|partner)|source de financement)s?\b", "funder"),
    (r"\b(?:implement\w+ (?:partner|organi[sz]ation|agency)|mise en oe?uvre par|partenaires? de mise en oe?uvre|partenaires? d execution|structures? d execution)", "implementer"),
    (r"\b(?:groupes?|populations?) (?:cibles?|vulnerables?)\b|\btarget (?:group|population)\b|\bbeneficiar(?:y|ies) (?:type|group|category)\b", "group"),
    (r"\b(?:acronyme|accronyme|acronym|sigle)\b.*\b(?:organi[sz]ation|structure|agence)|\b(?:organi[sz]ation|structure|agence)\b.*\b(?:acronyme|accronyme|acronym|sigle)", "lead_acronym"),
    (r"^(?:regions?|adm(?:in)? ?1)\b", "adm1_name"),
    (r"^(?:departements?|department|adm(?:in)? ?2)\b", "adm2_name"),
    (r"^(?:communes?|adm(?:in)? ?3)\b", "adm3_name"),
    (r"^(?:localisation|zones?|lieux?|location|aires?) (?:d |de |du |des |of )?(?:la |l )?regions?$", "adm1_name"),
    (r"^(?:localisation|zones?|lieux?|location|aires?) (?:d |de |du |des |of )?(?:le |l )?(?:departements?|departments?|districts?)$", "adm2_name"),
    (r"^(?:localisation|zones?|lieux?|location|aires?) (?:d |de |du |des |of )?(?:intervention|couverture|couvertes?|region|departement|geographique|implantation|l action|mise en)", "place_name"),
    (r"^(?:nom (?:de l |de la |du )?)?(?:organi[sz]ations?|structures?|agences?|agency|institution) ", "lead"),
    (r"^(?:titre|intitule|nom|title|name) .*(?:projet|project|programme|program|intervention)\b", "intervention_title"),
    (r"\b(?:cluster|secteur|sector)\b", "sector"),
    (r"^(?:type|nature|description|categorie) .*(?:activite|activity|intervention|appui|assistance)", "activity"),
    (r"^activit(?:e|es|y|ies)\b", "activity"),
    (r"^modalit", "modality"),
    (r"\bbudget\b|^(?:montant|cout|cost|amount) (?:total|global|du projet|du financement|en (?:millions?|milliers?|milliards?|f ?cfa|usd|euros?))", "budget"),
    (r"^(?:commentaire|comment|observation|remarque|remark)", "note"),
)  # fmt: skip


def _by_words(key: str) -> str | None:
    return next((field for pattern, field in _WORDS if re.search(pattern, key)), None)


# Figures --------------------------------------------------------------------------------------------

_KIND = (
    (r"\b(?:besoin|in ?need|need|pin|en insecurite)\b", FigureKind.IN_NEED),
    (r"\b(?:atteint\w*|reached|assiste\w*|assisted|touche\w*|servi\w*|served|realis\w*|achieved|achievement\w*|couvert\w*|covered|effectif\w*|actual|beneficie|supported|enrolled|enrole\w*|inscrits|resultats?|alcanzad\w+|atendid\w+|asistid\w+)\b", FigureKind.REACHED),
    (r"\b(?:cible\w*|target\w*|annualtarget|prevu\w*|planned|planifie\w*|prevision\w*|previsionnel\w*|objectifs?|vises?|visees?|expected|attendu\w*|metas?|previst\w+|planificad\w+)\b", FigureKind.TARGETED),
)  # fmt: skip
_HOUSEHOLDS = r"\b(?:menages?|households?|hh|hhs|familles?|families|foyers?|mn|hogares|familias)\b"
_PEOPLE = r"\b(?:personnes?|people|persons?|individus?|individuals?|indiv|ind|population|eleves?|pupils?|students?|enfants?|children|femmes?|hommes?|women|men|males?|females?|filles?|garcons?|girls?|boys?|beneficiaires?|beneficiar(?:y|ies)|adultes?|adults?|travailleurs?|workers|habitants|personas|mujeres|hombres|ninas|ninos|beneficiari[oa]s)\b"
_NOT_A_FIGURE = (
    r"\b(?:type|categorie|category|nom|name|group|groupe|groupes|statut|critere|criteria|methode|method|ciblage|targeting|date|annee|year|code|"
    r"mois|month|taux|rate|budget|montant|cout|cost|amount|valeur|value|unite|unit|liste|indirect\w*|location|zones?|regions?|departements?|"
    r"communes?|villages?|specifiques?|strategiques?|organisations?|description|indicateur|indicator|activite|activity|sector|secteur|organi[sz]ation|resultats? attendus?|strategic)\b|%"
)
_AGES_APART = r"\b(?:0 ?a ?5|0 5|0 59|6 59|6 23|5 11|12 17|5 17|6 17|moins de (?:5|2|cinq|deux) ans|under (?:5|2|five|two)|u5|<5|< 5|infants?|nourrissons?|adolescent\w*|15 24|18 35|15 35|jeunes|youth|fefa|feal|plw|enceintes?|allaitantes?|pregnant|lactating)\b"


@lru_cache(maxsize=4096)
def figure_of_heading(text: str) -> str | None:
    """« Femmes ciblées », « # HH reached », « Nombre de bénéficiaires atteints »: the figure, as a field's name."""
    # « Achieved to date » is no date.
    key = re.sub(r"\b(?:to date|a ce jour|a date)\b", " ", heading_key(text)).strip()
    if re.search(_NOT_A_FIGURE, key):
        return None
    kind = next((one for pattern, one in _KIND if re.search(pattern, key)), None)
    people, households = re.search(_PEOPLE, key), re.search(_HOUSEHOLDS, key)
    if kind is None and not people and not households:
        return None
    if re.search(_AGES_APART, key):
        return IGNORED
    # « Personnes par ménage », « taille du ménage ».
    if re.search(r"\b(?:taille|size|par menage|per household|moyenne|average)\b", key):
        return IGNORED
    counted: Counted | None = None
    if households:
        counted = Counted.HOUSEHOLD
    elif (
        people and not re.fullmatch(r".*\b(?:beneficiaires?|beneficiar(?:y|ies|i[oa]s))\b.*", people.group(0))
    ) or people:
        counted = Counted.PERSON
    if households and re.search(r"\b(?:personnes?|individus?|individuals?|people)\b", key):
        # « Ménages / personnes »: the cell or the row says which.
        counted = None
    sex, age = _sex(key), _age(key)
    disability = bool(re.search(r"\b(?:handicap\w*|disab\w*|psh|pwd|pwds|invalid\w*)\b", key))
    if counted is Counted.HOUSEHOLD and (sex or age or disability):
        # « Ménages dirigés par une femme » is no figure of the portal.
        return IGNORED
    if sex or age or disability:
        counted = Counted.PERSON
    return Figure(kind, counted, sex, age, disability).as_field()


def _sex(key: str) -> Sex:
    female = re.search(r"\b(?:femmes?|feminin\w*|females?|women|woman|filles?|girls?|f|mujeres|ninas)\b", key)
    male = re.search(r"\b(?:hommes?|masculin\w*|males?|men|man|garcons?|boys?|h|m|hombres|ninos)\b", key)
    if bool(female) == bool(male):
        return Sex.ALL
    return Sex.FEMALE if female else Sex.MALE


def _age(key: str) -> AgeBand:
    if re.search(
        r"\b(?:enfants?|children|child|filles?|garcons?|girls?|boys?|0 17|0 18|moins de 18|under 18|mineurs?|eleves?|pupils?|ninas|ninos)\b|<\s?18",
        key,
    ):
        return AgeBand.CHILDREN
    if re.search(
        r"\b(?:agees?|elderly|older|60\s?\+?|65\s?\+?|plus de 60|over 60|personnes du 3e age|vieux)\b|60\+", key
    ):
        return AgeBand.ELDERLY
    if re.search(r"\b(?:adultes?|adults?|18 59|18 60)\b", key):
        return AgeBand.ADULTS
    return AgeBand.ALL


# A second row of headings says only what its group does not: « Hommes | Femmes | Total » under « Bénéficiaires atteints ».
SUB_HEADINGS = re.compile(
    r"^(?:hommes?|femmes?|filles?|garcons?|total|totaux|males?|females?|men|women|boys?|girls?|h|f|m|menages?|households?|hh|personnes?|"
    r"individus?|people|individuals?|ind|enfants?|children|adultes?|adults?|personnes agees|elderly|masculin|feminin|prevus?|prevues?|"
    r"atteints?|atteintes?|cibles?|ciblees?|realises?|realisees?|planned|reached|targeted|achieved|target|cible|code|nom|name|pcode|p code|"
    r"debut|fin|start|end|date de debut|date de fin|start date|end date|region|departement|commune|department|autres?|others?|"
    r"beneficiaires?|beneficiaries|<18|18\+|60\+|psh|pwd|acronyme|sigle|type|adm1|adm2|admin1|admin2|from|to|du|au)$"
)


for _field, _french, _english, _tag in (*STANDARD, *COMMUNE, *MORE_ROLES, *map(figure_column, possible_cells())):
    _FIELD_OF_STANDARD[heading_key(_french)] = _field
    _FIELD_OF_STANDARD[heading_key(_english)] = _field
_FIELD_OF_STANDARD[heading_key(MARK_HEADING)] = IGNORED
for _field, _heading in zip(("place_code", "place_name", "position"), DEDUCED_PLACE, strict=True):
    _FIELD_OF_STANDARD[heading_key(_heading)] = _field
for _field, _french, _english, _tag in SAID_BESIDES:
    _FIELD_OF_STANDARD[heading_key(_french)] = _FIELD_OF_STANDARD[heading_key(_english)] = IGNORED
