"""Organisations that minutes of clusters name and that have no entry in the portal: known as such, under no acronym."""

from __future__ import annotations

import re

from core.text import normalise

_NAMES = """
OCHA|UNOCHA|IFRC|FICR|ICRC|CICR|NRC|DRC|IRC|CRS|ACTED|REACH|IMPACT|iMMAP|COOPI|ECHO|DG ECHO|INTERSOS|MEDAIR|GOAL|CARE|CARE International
|ALIMA|MSF|MDM|Médecins sans frontières|Médecins du monde|Mercy Corps|Islamic Relief|Relief International|Qatar Charity|Qatar Red Crescent
|Norwegian Refugee Council|Danish Refugee Council|International Rescue Committee|Catholic Relief Services|Habitat for Humanity|Solidarités International
|Solidarités|Première Urgence|Première Urgence Internationale|PUI|Terre des hommes|Handicap International|Humanité et Inclusion|Humanity & Inclusion
|HI|ActionAid|Action Aid|Concern|Concern Worldwide|Tearfund|HelpAge|HelpAge International|HELP|InterAction|ICVA|CALP|CaLP|ADRA|ZOA|Samaritan’s Purse
|Christian Aid|Muslim Aid|Muslim Hands|Welthungerhilfe|WHH|Johanniter|Malteser International|Cordaid|Trócaire|Lutheran World Federation|FLM|LWF
|Croix-Rouge|Croix Rouge|Red Cross|Red Crescent|Croissant-Rouge|CRF|Street Child|War Child|Plan|Plan Int|Oxfam GB|Oxfam Québec|Oxfam Intermón|Heifer
|Secours catholique|Secours islamique|SIF|Fondation Hirondelle|Electriciens sans frontières|Vision du monde|WV|WVI|SCI|Save|STC|FEWS NET|FEWSNET|SWAC
|DFID|FCDO|GIZ|KfW|AFD|DDC|COSUDE|SDC|CIDA|ACDI|AECID|SIDA|Sida|Enabel|UE|EU|DUE|OFDA|FFP|BHA|World Bank|UN Women|UNHAS|UNMAS|UNDSS
|People in Need|Un Ponte Per|Terres des Hommes|TdH|TDH|Triangle GH|Triangle|Jesuit Refugee Service|Jesuit Refugee Services|JRS|Peace Winds Japan
|Mercy Hands|Barzani Foundation|British Council|Polish Humanitarian Action|PAH|Nonviolent Peaceforce|Intersos|Shelter Box|ShelterBox|CISP|COSV|AVSI
|MINUSMA|MINUSCA|MONUSCO|UNAMA|RCO|BCR|CCCM|GTPE|CPWG|FSAC|gFSC|HCT|EHP|ICCG|ICCM|CWG|GTTM|DRTM|AOR|CP AoR
"""
KNOWN = frozenset(normalise(name.strip()) for name in _NAMES.replace("\n", "").split("|") if name.strip())
# The same, longest first, to find one at the end of a line.
_AT_END = re.compile(
    r"(?<=\s)(?P<name>"
    + "|".join(sorted((re.escape(name.strip()) for name in _NAMES.replace("\n", "").split("|")), key=len, reverse=True))
    + r")$"
)


def is_known(label: str) -> bool:
    """One of the names above, with a capital first: « Plan » is one, « plan » a word."""
    label = label.strip(" .")
    return label[:1].isupper() and normalise(label) in KNOWN


def known_at_end(text: str) -> int | None:
    """Where the organisation begins that closes `text`; None where none does."""
    match = _AT_END.search(text)
    return match.start("name") if match else None
