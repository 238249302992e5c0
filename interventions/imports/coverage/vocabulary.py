"""Instruments, target groups, modalities… from the words of a file. A word that only resembles is said to be a proposal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from core.text import normalise
from interventions.enums import AgeBand, Counted, Frequency, Sex, TransferModality
from interventions.imports.coverage.columns import figure_of
from interventions.imports.coverage.headings import figure_of_heading
from interventions.imports.coverage.keywords import code_of_words
from interventions.imports.coverage.numbers import NOTHING
from interventions.models import Instrument, InstrumentAlias, TargetGroup

# Too common to be recognised inside a longer text.
_COMMON = frozenset(
    "cash credit credits ecole ecoles formation epargne orientation education nutrition sante information communication crédit "
    "retraite vivres drugs supply avec agr cct uct cbt mis rnu shelter abris housing gratuite graduation stipend medicines 3a pfe "
    "ecd bcc cmu uhc health care".split()
)
# Shorter words stand in names of many kinds.
FEWEST_LETTERS = 6
# Clusters and sectors that are one kind of service. Food security, protection and early recovery may be many things.
SECTORS = {
    "wash": "water-sanitation", "eha": "water-sanitation", "eau hygiene et assainissement": "water-sanitation",
    "eau hygiene assainissement": "water-sanitation", "water sanitation & hygiene": "water-sanitation", "water sanitation and hygiene": "water-sanitation",
    "water sanitation hygiene": "water-sanitation", "eha/wash": "water-sanitation", "eau assainissement": "water-sanitation",
    "sante": "health-services", "health": "health-services", "education": "education-services", "nutrition": "nutrition",
    "shelter": "housing", "abris": "housing", "abris/nfi": "housing", "abris/ame": "housing", "ame/abris": "housing", "shl": "housing", "nut": "nutrition",
    "agua saneamiento e higiene": "water-sanitation", "salud": "health-services", "educacion": "education-services", "nutricion": "nutrition",
    "edu": "education-services", "hea": "health-services", "abris/bne": "housing", "shelter/nfi": "housing", "abris et bne": "housing",
    "protection de l'enfant": "social-services", "protection de l'enfance": "social-services", "child protection": "social-services",
    "formation professionnelle": "training-employment", "microfinance": "savings-credit", "school feeding": "school-feeding",
}  # fmt: skip
_FOOD = frozenset(("food-in-kind",))
_CASH = frozenset(("cash-unconditional", "cash-emergency"))
_GROUPS = (
    (r"\bmoins de (?:2|deux) ans\b|\b0[ -]?(?:a[ -])?23 mois\b|\b6[ -]?(?:a[ -])?23 mois\b|under (?:2|two)", "under-two"),
    (r"malnutri", "malnourished-under-five"),
    (r"\bmoins de (?:5|cinq) ans\b|under (?:5|five)|\b0[ -]?(?:a[ -])?59 mois\b|\b6[ -]?(?:a[ -])?59 mois\b|\bu5\b|children <5", "under-five"),
    (r"\b(?:femmes? enceintes?|allaitantes?|fefa|fea|pregnant|lactating|breastfeeding|plw|pbw)\b", "pregnant-breastfeeding"),
    (r"\b(?:handicap\w*|disabilit\w*|disabled|psh|pwd)\b", "people-with-disabilities"),
    (r"\b(?:personnes? agees?|elderly|older (?:people|persons?)|aines|old age)\b", "older-people"),
    (r"\b(?:orphelins?|orphans?|oev|ovc)\b", "orphans"),
    (r"\b(?:refugies?|refugees?)\b", "refugees"),
    (r"\b(?:deplaces?|pdi|idps?|displaced)\b", "displaced"),
    (r"\b(?:retournes?|returnees?|migrants? de retour)\b", "returnees"),
    (r"\b(?:eleves?|ecoliers?|pupils?|school ?children|students?)\b", "pupils"),
    (r"\bage scolaire|school[ -]age", "school-age"),
    (r"\b(?:cheffes? de menage|femmes? chefs? de (?:menage|famille)|women[ -]headed|female[ -]headed)", "women-headed-households"),
    (r"\btres (?:pauvres?|vulnerables?)|very poor|extremely poor|extreme poverty|ultra[ -]poor|extreme pauvrete", "very-poor-households"),
    (r"\b(?:insecurite alimentaire|food[ -]insecur\w*)", "food-insecure-households"),
    (r"\b(?:sinistres?|inondes?|shock|choc|flood|affectes? par|affected by|crise|secheresse|drought)", "shock-affected-households"),
    (r"\b(?:eleveurs?|pasteurs?|pastoral\w*|herders?|agropasteurs?)\b", "pastoral-households"),
    (r"\b(?:petits? (?:producteurs?|exploitants?)|smallholders?|producteurs?|producers?|farmers?)\b", "small-farmers"),
    (r"\b(?:menages? agricoles?|agriculteurs?|farming households?)\b", "farming-households"),
    (r"\b(?:menages?|households?|familles?|families|hh)\b.*\b(?:pauvres?|poor|vulnerables?|demunis?|indigents?)\b", "poor-households"),
    (r"^(?:vulnerables?|pauvres?|poor|indigents?|personnes vulnerables|populations? vulnerables?|groupes vulnerables|vulnerable (?:people|groups?|population))$", "poor-households"),
    (r"\b(?:secteur informel|informal (?:sector|workers?|economy)|travailleurs informels)\b", "informal-workers"),
    (r"\b(?:chomeurs?|sans emploi|unemployed)\b", "unemployed"),
    (r"\b(?:jeunes?|youth|young people)\b", "youth"),
    (r"^(?:jeunes )?filles?$|^girls?$|adolescentes?", "girls"),
    (r"^(?:les )?enfants?$|^child(?:ren)?$|\benfants? vulnerables?\b", "children"),
    (r"^(?:les )?femmes?$|^women$|\bgroupements? feminins?\b|\bwomen'?s groups?\b", "women"),
    (r"^(?:menages?|households?|familles?|families)$", "households"),
    (r"\b(?:ecoles?|schools?)\b", "schools"),
    (r"\b(?:communautes?|communit(?:y|ies)|villages?|collectivites?)\b", "communities"),
    (r"\b(?:formations? sanitaires?|centres? de sante|health (?:facilit|cent)\w+|csi)\b", "health-facilities"),
    (r"\b(?:population generale|general population|populations?|toute la population|hotes?|host (?:community|population))\b", "population"),
)  # fmt: skip
_MODALITIES = (
    (r"\b(?:mobile|telephone|wave|orange money|wallet|mobile money)\b", TransferModality.MOBILE),
    (r"\b(?:vouchers?|coupons?|bons?|foire)\b", TransferModality.VOUCHER),
    (r"\b(?:cash|especes?|argent|monetaires?|numeraire|transferts? d'argent|cbt)\b", TransferModality.CASH),
    (r"\b(?:vivres?|food|nature|in[ -]kind|alimentaires?|kind)\b", TransferModality.FOOD),
    (r"\b(?:intrants?|inputs?|semences?|seeds?|actifs?|assets?|kits?|betail|engrais)\b", TransferModality.INPUTS),
    (r"\b(?:exemption|gratuite|prise en charge|fee|waiver|subvention)\b", TransferModality.FEES),
    (r"\b(?:services?|formation|training|appui technique|sensibilisation|service delivery|technical)\b", TransferModality.SERVICE),
)  # fmt: skip
_FREQUENCIES = (
    (r"\b(?:jour|day|daily|journalier|quotidien)", Frequency.DAY),
    (r"\b(?:bimensuel|quinzaine|hebdo|weekly|semaine|week|bimonthly|bimestriel|deux mois)", ""),
    (r"\b(?:trimestr|quarter|tous les 3 mois|tous les trois mois)", Frequency.QUARTER),
    (r"\b(?:semestr|half[ -]?year|six mois|6 mois|biannual|twice a year)", Frequency.HALF_YEAR),
    (r"\b(?:mensuel|mois|month|mens)", Frequency.MONTH),
    (r"\b(?:annuel|an\b|annee|year|annual)", Frequency.YEAR),
    (r"\b(?:unique|une fois|once|one[ -]?off|one[ -]?time|ponctuel|single)", Frequency.ONCE),
)
_STATES = (
    (r"\b(?:suspen\w*|en pause|on hold|a l'arret|interrompu\w*|bloque\w*)", "suspended"),
    (r"\b(?:annule\w*|cancel\w*|abandonne\w*)", "cancelled"),
    (r"\b(?:prevu\w*|planifie\w*|planned|a venir|upcoming|pipeline|programme\w*|not started|non demarre\w*|non commence\w*|projete\w*|future)\b", "planned"),
    (r"\b(?:termine\w*|achev\w*|complete\w*|cloture\w*|closed|finished|acheve\w*|realise\w*|fini\w*|done|ended|finalizad\w*|concluid\w*)\b", "completed"),
    (r"\b(?:en cours|ongoing|on[ -]going|actif\w*|active|in progress|demarre\w*|en execution|implementation|current|started|en ejecucion|en curso)\b", "ongoing"),
)  # fmt: skip
NATIONAL = re.compile(
    r"^(?:(?:niveau |echelle |couverture |territoire |envergure )?national\w*|nation ?wide|country ?wide|tout le pays|tout le territoire(?: national)?|"
    r"whole country|ensemble du (?:pays|territoire(?: national)?)|toutes (?:les )?regions?|all regions|diffuse?|pays entier|national level|entire country|national / diffus|"
    r"toutes les (?:8|huit|14|quatorze) regions|all country|l'ensemble du (?:pays|territoire(?: national)?))$"
)
_NOT_PEOPLE = re.compile(
    r"\b(?:mois|months?|quantites?|quantity|quantities|tonn(?:es?|age)|tons?|mt|kgs?|kilogrammes?|hectares?|ha|superficies?|montants?|amount|fcfa|usd|"
    r"kits?|sessions?|jours?|days?|rations?|repas|meals?|litres?|metres?|km|sacs?|pourcentage|percentage|taux|rate|period|duree|volume|"
    r"number of (?:schools?|villages?|wells?|sites?|points?|centers?|centres?|facilities|structures?|latrines|classrooms|communities)|"
    r"nombre (?:d'|de |des )(?:ecoles?|villages?|forages?|puits|sites?|points?|centres?|structures?|latrines|salles?|communautes?|communes?|groupements?))\b|%"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What an indicator or unit counts; `counted` None: neither people nor households."""

    counted: Counted | None
    sex: Sex = Sex.ALL
    age_band: AgeBand = AgeBand.ALL


@lru_cache(maxsize=2048)
def counts_of(text: str) -> Counts:
    """« number of children receiving… » counts persons, children; « quantity of food » counts nobody."""
    words = normalise(text)
    if _NOT_PEOPLE.search(words):
        return Counts(None)
    # What comes after « receiving », « qui ont reçu » describes, and does not count.
    head = (
        re.split(
            r"\b(?:receiv\w+|recevant|ayant|qui|who|that|with|beneficiant|benefiting|par|through|having|provided)\b",
            words,
        )[0]
        or words
    )
    figure = figure_of(figure_of_heading(head) or "") or figure_of(figure_of_heading(words) or "")
    if figure is None or figure.counted is None:
        return Counts(None)
    return Counts(figure.counted, figure.sex, figure.age_band)


@lru_cache(maxsize=1024)
def modality_of(text: str) -> str:
    return _first(_MODALITIES, text)


@lru_cache(maxsize=1024)
def frequency_of(text: str) -> str:
    return _first(_FREQUENCIES, text)


@lru_cache(maxsize=1024)
def state_of(text: str) -> str:
    return _first(_STATES, text)


def _first(rules: tuple[tuple[str, str], ...], text: str) -> str:
    words = normalise(text)
    return str(next((found for pattern, found in rules if re.search(pattern, words)), ""))


class Instruments:
    """The instruments by every name that the portal knows."""

    def __init__(self, mapping: Mapping[str, str] | None = None) -> None:
        by_pk = {one.pk: one for one in Instrument.objects.all()}
        self.by_code = {one.code: one for one in by_pk.values()}
        self._named: dict[str, Instrument] = {}
        for one in by_pk.values():
            for name in (one.code, one.name_fr, one.name_en):
                self._named.setdefault(_key(name), one)
        for pk, name in InstrumentAlias.objects.values_list("instrument_id", "normalised"):
            self._named.setdefault(_key(name), by_pk[pk])
        self._inside = sorted(
            ((name, one) for name, one in self._named.items() if len(name) > 2 and name not in _COMMON),
            key=lambda entry: -len(entry[0]),
        )
        self._chosen = {
            _key(written): self.by_code[code] for written, code in (mapping or {}).items() if code in self.by_code
        }
        self._memo: dict[str, tuple[Instrument | None, bool]] = {}

    def read(self, text: str) -> tuple[Instrument | None, bool]:
        """(instrument, whether that is certain) of the words of one cell."""
        if text not in self._memo:
            self._memo[text] = self._read(text)
        return self._memo[text]

    def of_sector(self, text: str) -> Instrument | None:
        key = re.sub(r"\s*/\s*", "/", normalise(text).replace(",", "").strip())
        found = self.by_code.get(SECTORS.get(key, SECTORS.get(_key(text), "")))
        return self._chosen.get(_key(text), found)

    def _read(self, text: str) -> tuple[Instrument | None, bool]:
        if normalise(text) in NOTHING:
            return None, False
        key = _key(text)
        for candidate in (key, key.removesuffix("s"), _key(re.sub(r"\([^()]*\)", " ", text))):
            found = self._chosen.get(candidate) or self._named.get(candidate)
            if found is not None:
                return found, True
        padded = f" {key} "
        found = None
        at = -1
        for name, one in self._inside:
            place = padded.find(f" {name} ")
            if place < 0:
                place = padded.find(f" {name}s ")
            if place >= 0:
                # The longest name decides; of two as long, the first in the text.
                if found is None or (len(name) == at and place < padded.find(found[0])):
                    found, at = (name, one), len(name)
                else:
                    break
        words = normalise(text)
        if found and found[1].code in _FOOD and code_of_words(words) in _CASH:
            # « Food assistance – cash »: how it is delivered decides.
            return self.by_code.get(code_of_words(words)), False
        guess = found[1] if found else self._with_words(padded) or self.by_code.get(code_of_words(normalise(text)))
        return guess, False

    def _with_words(self, padded: str) -> Instrument | None:
        """« Petite enfance » for « Petite enfance et parentalité »: words of several that only one instrument's names hold."""
        words = padded.strip()
        if len(words) < FEWEST_LETTERS or words in _COMMON:
            return None
        found = {one.pk: one for name, one in self._named.items() if padded in f" {name} "}
        return next(iter(found.values())) if len(found) == 1 else None


class Groups:
    """The target groups by name, or by the words that files use."""

    def __init__(self, mapping: Mapping[str, str] | None = None) -> None:
        self.by_code = {one.code: one for one in TargetGroup.objects.all()}
        self._named: dict[str, TargetGroup] = {}
        for one in self.by_code.values():
            for name in (one.code, one.name_fr, one.name_en):
                self._named.setdefault(_key(name), one)
        self._chosen = {
            _key(written): self.by_code[code] for written, code in (mapping or {}).items() if code in self.by_code
        }
        self._memo: dict[str, TargetGroup | None] = {}

    def read(self, text: str) -> TargetGroup | None:
        if text not in self._memo:
            key = _key(text)
            found = self._chosen.get(key) or self._named.get(key) or self._named.get(key.removesuffix("s"))
            if found is None:
                words = normalise(text)
                code = next((code for pattern, code in _GROUPS if re.search(pattern, words)), "")
                found = self.by_code.get(code)
            self._memo[text] = found
        return self._memo[text]


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", " ", normalise(text)).strip()
