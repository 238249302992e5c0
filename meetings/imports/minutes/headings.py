"""What headings of minutes say, in French and English, compared without accents, numbers nor final punctuation."""

from __future__ import annotations

import re

from core.text import normalise

_STRUCTURES = r"(?:organi[sz]ations?|structures?|agences?|agency|agencies|institutions?|partenaires?|partners?|ongs?|ngos?|entites?|services)"
_OTHERS = r"(?: (?:partenaires?|membres?|suivante?s|presente?s|member|partner|following))*"
_BODY = r"(?:comite|commission|conseil|groupe|cluster|bureau|task force)"

# Kind → what a heading may say.
HEADINGS: dict[str, str] = {
    "present": (
        r"presences?|liste (?:de|des) (?:presences?|presents?|participants?(?: presents?)?|membres presents)|(?:membres? |personnes? |participants? )?"
        r"(?:etaient )?(?:presents?|presente?s)(?: (?:a (?:la|cette)|en) (?:reunion|seance|rencontre))?(?: etaient)?(?: (?:ou|et) representes?)?"
        r"|(?:y )?ont (?:participe|pris part)(?: a (?:la|cette) (?:reunion|seance|rencontre))?"
        r"|(?:meeting )?attended by(?: the following)?|(?!autres?\b|other\b)[a-z-]{3,15} participants|(?:intros?|introductions?|roll call) (?:and|&) attendees|participated (?:organi[sz]ations|agencies|partners)"
        r"|participants?(?: et participantes?| list)?|participante?s|participation|attendees?|attendance|(?:members? |participants? )?present"
        r"|(?:list of )?participating (?:agencies|organi[sz]ations)|in attendance|list of (?:participants?|attendees?)|attendance (?:list|sheet|record)|attended by|members? (?:present|attending|in attendance)|membres"
        rf"|membres? (?:du|de la) {_BODY}.{{0,40}}|presents? (?:in person|online|remotely|en ligne|a distance|en presentiel)|presence|presentiel|en presentiel"
        rf"|{_STRUCTURES}{_OTHERS}(?: (?:a la|etaient|sont|were))*(?: (?:presentes?|presents?|representee?s|present|represented|attending|participantes?))(?: (?:a la reunion|sont|etaient|are|were)(?: les suivante?s| as follows)?)?"
        rf"|(?:the )?(?:following )?(?:{_STRUCTURES}|members?|people|persons?|participants?)?(?: members?| partners?)? ?(?:were|was) (?:present|represented|in attendance)(?: (?:at|in|during) (?:the|this) .{{0,30}})?"
        r"|the following (?:attended|participated|were present|were represented)(?: (?:in|at|during)? ?(?:the|this) .{0,30})?|those present|who attended|organi[sz]ations? attending|agencies attend(?:ing|ed)"
    ),
    "excused": (
        r"(?:absents? )?excuses?(?:e?s)?|(?:membres? |personnes? )?(?:absents?(?: (?:et|ou|/))? ?/?)?-? ?excuse(?:e?s)?|se sont (?:fait )?excuser?s?|absents?[ /-]+excuses?"
        r"|(?:(?:members? )?(?:absents?|absences?) )?(?:with )?apolog(?:y|ies)(?: (?:received|for absence|from))*|regrets|excused(?: members)?|sent apologies|ont presente leurs excuses"
        r"|(?:membres? |participants? )?excuses?|(?:the )?following .{0,40}?(?:unable to attend|not able to attend|excused themselves|sent apologies).{0,40}|unable to attend"
        r"|etaient (?:absents? )?(?:(?:et|ou) )?(?:absents? )?excuses?|absents? (?:et|ou) excuses?|members? absent with apolog(?:y|ies)|absents representes|ont donne (?:procuration|pouvoir)|(?:pouvoirs|procurations)(?: donnes?| donnees?)?|absences? motivees?"
    ),
    "absent": r"(?:etaient )?absent(?:e?s)?(?: non excuses?)?(?: members?)?(?: without apolog(?:y|ies))?|(?:membres? |members? )absent(?:e?s)?(?: without apolog(?:y|ies))?|not present|did not attend|absences?|absentees?|(?:agences?|structures?|organisations?) absentes?|(?:partners?|agencies|organi[sz]ations) absent",
    "guest": (
        r"(?:etaient )?(?:personnes? )?invite(?:e?s)?|(?:egalement|aussi) presents?|observateurs?(?: et invites?)?|guests?|invitees?|invited"
        r"|(?:[a-z]+ ?/ ?)?other attendees|other participants|identified observers"
        r"|observers?(?: and guests?)?|invites? et observateurs?|en qualite d['e ]observateurs?|also (?:present|attending|in attendance)|visitors?"
        r"|assist(?:ai|e)(?:en)?t egalement(?: a la (?:reunion|seance))?|autres? participants?|personnes? ressources?|ont egalement (?:participe|assiste)(?: a la (?:reunion|seance))?"
    ),
    "agenda": (
        r"(?:the )?(?:meeting|session) (?:covered|had|followed) the following agenda(?: items?)?|the agenda (?:of the meeting )?was(?: as follows)?|(?:discussion )?agenda [\d./-]{6,10}|ordre du jour(?: propose| adopte| provisoire)?|odj|(?:les )?points? (?:a|de|d')? ?l ?'?ordre du jour|points? d ?'?ordre du jour|(?:proposed |provisional |meeting )?agenda(?: items?| points?| proposed)?(?: (?:of|for) the meeting)?"
        r"|l['e ]?ordre du jour(?: etait)?(?: le suivant)?|(?:les )?points? (?:abordes|inscrits|traites)(?: (?:a l'ordre du jour))?(?: (?:etaient|sont)(?: les suivants?)?)?|points? a (?:discuter|aborder|traiter)"
        r"|items? (?:discussed|for discussion)|(?:les )?(?:points|sujets) (?:suivants )?(?:a|de) l'ordre du jour.{0,40}|l'ordre du jour(?! (?:est|a|fut|n'a|etait|sera)(?: ete)?(?: \w+ment)? (?:adopt|valid|approuv|amend|modifi|accept|epuis)).{0,40}|programme(?: de la (?:reunion|journee))?"
    ),
    "actions": (
        r"(?:meeting )?points? d ?'?actions? (?:du|de la reunion du) \d{1,2}(?:er)? \w+ \d{4}|action points? (?:and|et) progress.{0,60}|follow[- ]?up actions? and responsibilit(?:y|ies)|actions? and responsibilit(?:y|ies)|(?:key |agreed |follow-up |main |new |summary of |meeting |list of )*actions?(?: a (?:mener|entreprendre|faire|suivre)| items?| points?| plan| log| table| tracker| retenues| convenues| decidees| required| agreed)*(?: (?:identifiees?|agreed(?: upon)?|from (?:this|the) meeting))?"
        r"|(?:meeting )?points? d ?'?actions?(?: (?:identifies|retenus|convenus|principaux|a suivre))?"
        r"|(?:tableau|liste|releve|suivi|plan|resume|synthese|recapitulatif|matrice) (?:de suivi )?(?:des?|d['e ]) ?actions?(?: (?:a mener|convenues))?|(?:principales )?recommand?ations?(?: et (?:suites?|actions?))?"
        r"|(?:key )?recommendations?|follow[- ]?ups?(?: actions?)?|(?:key )?next steps?|prochaines? (?:etapes?|actions?)|suites? a donner|taches?(?: a (?:faire|realiser))?|tasks?|to[- ]?do(?: list)?|(?:choses )?a faire"
        r"|engagements?(?: pris)?|mesures? (?:a prendre|prises)|way forward|perspectives|actions? et (?:responsables?|recommandations?|echeances)|decisions? (?:and|et|/|&) (?:agreed )?actions?(?: points?)?|actions? (?:and|et|/|&) decisions?|agreements? and actions?(?: points?)?|recommandations? et (?:actions|prochaines etapes)"
    ),
    "follow_up": (
        r"actions? (?:prises|realisees|menees|taken)(?: depuis .{0,40})?|(?:examen|revue) des mesures .{0,60}|(?:revue|examen|point) (?:et suivi )?(?:des|sur les) (?:points? d'action|actions?|recommandations?|mesures?).{0,60}|suivi (?:des|du) (?:actions?|recommandations?|decisions?|compte[- ]rendu|points?|pv).{0,60}|follow[- ]?up (?:on|of|from) .{0,60}"
        r"|(?:review|status|update) (?:of|on) (?:the )?(?:previous |last )?(?:actions?|minutes|action points?).{0,50}|actions? (?:precedentes|de la (?:derniere )?reunion precedente|(?:points? )?from (?:the )?(?:last|previous) meeting).{0,30}"
        r"|etat d['e ]?(?:avancement|execution|mise en oeuvre) des (?:actions?|recommandations?).{0,40}|(?:business|matters) arising.{0,60}|previous action points?|mise en oeuvre des (?:recommandations|decisions|actions).{0,40}"
    ),
    "decisions": r"(?:principales )?decisions?(?: (?:prises?|adoptees?|retenues|made|taken|points?))*|resolutions?(?: adoptees?)?|releve (?:de|des) (?:decisions?|conclusions)|decisions? et recommandations?|key decisions?|agreements?|points? d ?'?accord|agreed points?|decisions? and agreements?|il a ete (?:decide|convenu)(?: (?:de )?ce qui suit)?",
    "conclusions": r"conclusions?(?: generales?)?|en conclusion|conclusions? et .{0,40}|conclusions? and .{0,40}|concluding remarks|summary and conclusions?",
    "updates": (
        r"(?:tour de table|tours? de table)(?: des? (?:agences?|partenaires?|membres?|participants?))?(?: sur .{0,60})?|points? de situation(?: (?:des|par) (?:agences?|partenaires?|structures?))?(?: ?[–-] ?(?:tour de table)?.{0,30})?"
        r"|(?:agency|agencies|partners?|members?|organi[sz]ations?)(?:'s|s')? updates?|updates? (?:from|by) (?:the )?(?:\w+ )?(?:agencies|partners|members|organi[sz]ations|clusters?)|round[- ]?table(?: updates?)?|tour d['e ]horizon"
        r"|partage d['e ]informations?(?: par (?:agence|structure))?|(?:informations?|nouvelles) des (?:agences?|partenaires?|membres?)|activites? (?:des|par) (?:agences?|partenaires?|structures?)|agency (?:briefings?|presentations?)"
    ),
    "context": r"contexte(?: et (?:justification|objectifs?))?|introduction|preambule|background(?: and .{0,30})?|context|objet|purpose|objectifs?(?: de la (?:reunion|rencontre))?|objectives?|ouverture(?: de la (?:seance|reunion))?|opening(?: remarks)?|welcome.{0,30}|mot (?:de bienvenue|d'ouverture)|call to order",
    "discussion": (
        r"etat des lieux.{0,60}|discussions?(?: et .{0,40}| and .{0,40})?|deroulement(?: (?:de la|des) .{0,40})?|debats?|echanges?|deliberations?|deroule.{0,40}|compte[- ]rendu (?:des|de la) (?:discussions?|echanges?|debats?)"
        r"|meeting points?|summary(?: of the meeting)?|proceedings|minutes of the discussions?|key discussion points?|main points? discussed|points? discutes|points? (?:saillants|cles)(?: de .{0,40})?|key points?|highlights|developpement|il ressort (?:des|de la|de cette) .{0,40}|synthese (?:des|de la) .{0,40}|resume des (?:discussions|echanges)|summary of discussions?"
    ),
    "next_meeting": r"(?:date (?:probable )?(?:et (?:lieu|heure) )?de la )?prochaine? (?:reunion|rencontre|seance|session)s?|(?:date (?:of|for) )?(?:the )?next meetings?(?: date)?|date(?:, time)?,? (?:of|and (?:venue|time|place) of) (?:the )?next meeting|prochain rendez-vous",
    "any_other": r"divers|et divers|(?:questions?|points?|affaires?|informations?) divers(?:es)?|aob|any other (?:business|matters?)(?: \(?(?:aob|if any)\)?)?|other (?:business|matters?|issues)|autres? (?:points?|questions?|sujets?)|varia",
    "annex": r"annexes?.{0,60}|annex(?:es)?.{0,60}|appendix.{0,60}|pieces? jointes?|attachments?|signatures?|distribution(?: list)?|liste de diffusion|copies?|diffusion|ampliations?",
    "closing": r"adjournment|closing(?: remarks)?|cloture(?: de la (?:seance|reunion))?|closure",
}  # fmt: skip
_COMPILED = {kind: re.compile(rf"(?:{shape})") for kind, shape in HEADINGS.items()}
_ORDER = ("excused", "absent", "guest", "follow_up", *_COMPILED)
# « Décisions et actions » : both stand below, each line says which it is.
MIXED = re.compile(r"(?:decisions?|agreements?)\b.*\bactions?\b|\bactions?\b.*\bdecisions?")
NUMBERING = re.compile(
    r"^\s*(?:(?:[IVX]{1,5}|[A-Z]|\d{1,2}(?:\.\d{1,2}){0,2})\s*(?:[.)°/:–-]+\s*)+|[ivx]{1,5}[.)]\s+|\(?[a-z]\)\s+|[#•·▪◦●■\-–—*➢✓»]\s*)+"
)


# « présent·e·s », « présent-e-s », « présent(e)s ».
_INCLUSIVE = re.compile(r"(?<=\w)(?:[-·.]e[-·.]s|[-·.]es|\(e\)s|\(es?\))(?!\w)")


def bare(text: str) -> str:
    """The text without numbering, bullet nor final colon."""
    return re.sub(r"\s*[:.…–—-]+\s*$", "", NUMBERING.sub("", text)).strip()


def kind_of(label: str) -> str:
    """What a heading announces; "" for any other text."""
    plain = normalise(_INCLUSIVE.sub("s", bare(label)))
    plain = re.sub(r"^(?:etai(?:en)?t|sont|est|les|la|le|the|tableau des)\s+(?=\w{5})", "", plain)
    plain = re.sub(r"\s*\([^)]*\)\s*", " ", plain).strip(" .:;-–—'’\"«»*_")
    plain = re.sub(r"\s*(?::|-|–)\s*\d+$", "", plain)
    if not plain or len(plain) > 90:
        return ""
    for kind in _ORDER:
        if _COMPILED[kind].fullmatch(plain):
            return kind
    return ""


_MINUTES_BELOW = re.compile(
    r"(?:the )?minutes(?: of (?:the )?meeting)?|meeting (?:minutes|notes)|notes|compte[- ]rendu|discussion items?|activities and updates"
)


def is_minutes_below(text: str) -> bool:
    """« Minutes: » below the agenda or the list of those present: here begins what was said."""
    return bool(_MINUTES_BELOW.fullmatch(normalise(bare(text)).strip(" .:;*_")))


def is_mixed(label: str) -> bool:
    """A heading of decisions and actions together."""
    return bool(MIXED.search(normalise(label)))
