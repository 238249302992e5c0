"""Headings of minutes, in French and English: which part of the text speaks of what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from core.text import normalise
from meetings.imports.minutes.source import Line

# Kind → what a heading may say, compared without accents, numbers nor final punctuation.
HEADINGS: dict[str, str] = {
    "present": (
        r"presences?|liste (?:de|des) (?:presences?|presents?|participants?(?: presents?)?)|(?:membres? |personnes? |participants? )?"
        r"(?:etaient )?(?:presents?|presente?s)(?: a la (?:reunion|seance))?(?: etaient)?|ont (?:participe|pris part)(?: a la (?:reunion|seance|rencontre))?"
        r"|participants?(?: et participantes)?|participation|attendees?|attendance|(?:members? |participants? )?present|in attendance"
        r"|list of (?:participants?|attendees?)|attendance list|attended by|members? (?:present|attending)|membres"
        r"|presents? (?:in person|online|remotely|en ligne|a distance)|presence|agences? (?:representees?|presentes?)|organi[sz]ations? (?:present|represented)"
    ),
    "excused": (
        r"(?:absents? )?excuses?(?:e?s)?|(?:membres? |personnes? )?(?:absents?(?: et)? )?excusees?|se sont excuses?|absents? excuses?"
        r"|(?:absents? )?(?:with )?apolog(?:y|ies)(?: (?:received|for absence|from))?|regrets|excused|sent apologies|etaient excuses?|ont presente leurs excuses"
    ),
    "absent": r"(?:etaient )?absents?(?:e?s)?(?: non excuses?)?|(?:membres? )absents?|not present|did not attend|absence|absentees?|(?:members? )?absents?(?: members?)?(?: without apolog(?:y|ies))?",
    "guest": (
        r"(?:etaient )?(?:personnes? )?invite(?:e?s)?|(?:egalement|aussi) presents?|observateurs?(?: et invites?)?|guests?|invitees?|invited"
        r"|observers?(?: and guests?)?|invites? et observateurs?|en qualite d['e ]observateurs?|also (?:present|attending|in attendance)|visitors?"
        r"|assistaient egalement(?: a la reunion)?|autres? participants?"
    ),
    "agenda": (
        r"ordre du jour(?: propose| adopte| provisoire)?|odj|points? (?:a|de) l ?'?ordre du jour|agenda(?: items?| proposed| of the meeting)?"
        r"|proposed agenda|meeting agenda|l['e ]?ordre du jour(?: etait)?(?: le suivant)?|points? (?:abordes|inscrits)|points? a (?:discuter|aborder)"
        r"|items? (?:discussed|for discussion)|l'ordre du jour(?! (?:est|a|fut|n'a|etait|sera)(?: ete)?(?: \w+ment)? (?:adopt|valid|approuv|amend|modifi|accept|epuis)).{0,40}"
    ),
    "actions": (
        r"actions?(?: a mener| a entreprendre| items?| points?| plan| log| table| retenues| convenues| decidees| required| agreed)?|points? d ?'?actions?"
        r"|(?:tableau|liste|releve|suivi|plan|resume|synthese|recapitulatif) (?:de suivi )?(?:des?|d['e ]) ?actions?(?: a mener)?|recommand?ations?(?: et (?:suites?|actions?))?"
        r"|recommendations?|follow[- ]?ups?(?: actions?)?|next steps?|prochaines? etapes?|suites? a donner|taches?|tasks?|to[- ]?do(?: list)?|summary of actions?(?: points?)?"
        r"|engagements?|mesures? (?:a prendre|prises)|way forward|perspectives|actions? et (?:responsables?|recommandations?)|list of actions?"
    ),
    "follow_up": (
        r"suivi (?:des|du) (?:actions?|recommandations?|decisions?|compte[- ]rendu|points?).{0,60}|follow[- ]?up (?:on|of|from) .{0,60}"
        r"|(?:review|status) of (?:previous |last |the )?(?:actions?|minutes|action points?).{0,50}|actions? (?:precedentes|de la (?:derniere )?reunion precedente|from (?:the )?(?:last|previous) meeting)"
        r"|etat d['e ]?(?:avancement|execution) des (?:actions?|recommandations?).{0,40}|matters arising.{0,40}|previous action points?"
    ),
    "decisions": r"decisions?(?: prises?| adoptees?| made| taken| points?)?|resolutions?|releve (?:de|des) decisions?|decisions? et (?:recommandations?|actions?)|key decisions?|agreements?|points? d ?'?accord|agreed points?",
    "conclusions": r"conclusions?(?: generales?)?|en conclusion|conclusions? et .{0,40}|conclusions? and .{0,40}|concluding remarks|summary and conclusions?",
    "updates": (
        r"(?:tour de table|tours? de table)(?: des? (?:agences?|partenaires?|membres?|participants?))?(?: sur .{0,60})?|points? de situation(?: (?:des|par) (?:agences?|partenaires?|structures?))?"
        r"|(?:agency|agencies|partners?|members?|organi[sz]ations?)(?:'s|s')? updates?|updates? (?:from|by) (?:the )?(?:agencies|partners|members|organi[sz]ations|clusters?)|round[- ]?table|tour d['e ]horizon"
        r"|partage d['e ]informations?(?: par (?:agence|structure))?|(?:informations?|nouvelles) des (?:agences?|partenaires?|membres?)|activites? (?:des|par) (?:agences?|partenaires?|structures?)"
    ),
    "context": r"contexte(?: et (?:justification|objectifs?))?|introduction|preambule|background|context|objet|purpose|objectifs?(?: de la (?:reunion|rencontre))?|objectives?|ouverture(?: de la (?:seance|reunion))?|opening(?: remarks)?|welcome.{0,30}|mot (?:de bienvenue|d'ouverture)",
    "discussion": (
        r"etat des lieux.{0,60}|discussions?(?: et .{0,40})?|deroulement(?: (?:de la|des) .{0,40})?|debats?|echanges?|deliberations?|deroule.{0,40}|compte[- ]rendu (?:des|de la) (?:discussions?|echanges?|debats?)"
        r"|proceedings|minutes of the discussions?|key discussion points?|main points? discussed|points? discutes|points? saillants|key points?|highlights|developpement"
    ),
    "next_meeting": r"(?:date et lieu de la )?(?:date de la )?prochaine? (?:reunion|rencontre|seance|session)s?|(?:date (?:of|for) )?(?:the )?next meetings?|date (?:of|and venue of) (?:the )?next meeting",
    "any_other": r"divers|(?:questions?|points?|affaires?) divers(?:es)?|aob|any other (?:business|matters?)|other (?:business|matters?)|autres? (?:points?|questions?|sujets?)|varia",
    "annex": r"annexes?.{0,60}|annex(?:es)?.{0,60}|appendix.{0,60}|pieces? jointes?|attachments?|signatures?|distribution(?: list)?|liste de diffusion|copies?|diffusion",
}  # fmt: skip
_COMPILED = {kind: re.compile(rf"(?:{shape})") for kind, shape in HEADINGS.items()}
ATTENDANCE_KINDS = ("present", "excused", "absent", "guest")
_NUMBERING = re.compile(
    r"^\s*(?:(?:[IVX]{1,5}|[A-Z]|\d{1,2}(?:\.\d{1,2}){0,2})\s*[.)°/:–-]\s*|\(?[a-z]\)\s+|[•·▪◦●■\-–—*➢✓»]\s*)+"
)
BULLET = re.compile(r"^\s*(?:[•·▪◦●■➢➤✓✔*»§\uf0b7\uf0a7\uf0d8]|[-–—](?=\s)|o(?=\s))\s*")
NUMBER = re.compile(
    r"^\s*(?:item|point|agenda item)?\s*(?:n°\s*)?(?P<number>\d{1,2})\s*(?:[.)°/:]|[-–—](?=\s))\s*(?!\d)", re.IGNORECASE
)


@dataclass
class Section:
    """A heading and the lines below it; `kind` is "" for a heading of its own, "head" before the first."""

    kind: str
    heading: Line | None
    lines: list[Line] = field(default_factory=list)

    @property
    def title(self) -> str:
        return bare(self.heading.text) if self.heading else ""

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def bare(text: str) -> str:
    """The text without numbering, bullet nor final colon."""
    return re.sub(r"\s*[:.…–—-]+\s*$", "", _NUMBERING.sub("", text)).strip()


def unbulleted(text: str) -> str:
    """The text without its bullet or number."""
    return (
        NUMBER.sub("", BULLET.sub("", text), count=1).strip()
        if not BULLET.match(text)
        else BULLET.sub("", text).strip()
    )


def kind_of(label: str) -> str:
    """What a heading announces; "" for any other text."""
    plain = normalise(bare(label))
    plain = re.sub(r"^(?:etai(?:en)?t|sont|est|les|la|le|the|tableau des)\s+(?=\w{5})", "", plain)
    plain = re.sub(r"\s*\([^)]*\)\s*", " ", plain).strip(" .:;-–—'’\"«»*_")
    if not plain or len(plain) > 90:
        return ""
    for kind in ("excused", "absent", "guest", "follow_up", *_COMPILED):
        if _COMPILED[kind].fullmatch(plain):
            return kind
    return ""


_CLOSING = re.compile(
    r"(?i)(?:l['’]ordre du jour (?:[ée]tant|est) [ée]puis|(?:la )?(?:s[ée]ance|r[ée]union|rencontre) (?:a [ée]t[ée]|est|fut|s['’]est|prit|a pris) (?:lev|cl[ôo]tur|achev|termin|clos|fin)|plus rien n['’][ée]tant|"
    r"(?:the )?(?:meeting|session) (?:was )?(?:adjourned|closed|ended|concluded)|there being no (?:other|further) business|fait à .{2,40}, le \d|le (?:pr[ée]sident|rapporteur) de s[ée]ance\b|(?:fin|cl[ôo]ture|lev[ée]e) de la (?:r[ée]union|s[ée]ance|rencontre)|end of (?:the )?meeting|minutes (?:prepared|taken) by|r[ée]dig[ée] par)"
)


def split_sections(lines: list[Line]) -> list[Section]:
    """The text cut at its headings. « Excusés : M. X » is a heading with its first line.

    The titles of the agenda, met again below it, head the parts of the discussion.
    """
    sections = [Section("head", None)]
    titles: list[str] = []
    for line in lines:
        current = sections[-1]
        if (
            not line.cells
            and _CLOSING.search(line.text[:200])
            and current.kind not in {"head", "context", "discussion"}
        ):
            sections.append(Section("closing", None, [line]))
            continue
        if _is_title_again(line, titles, in_agenda=current.kind == "agenda"):
            kind = kind_of(line.text)
            sections.append(
                Section(kind if kind in {"any_other", "follow_up", "updates", "next_meeting", "actions"} else "", line)
            )
            continue
        kind_found, rest = _heading(line, current)
        if kind_found is None:
            current.lines.append(line)
            if current.kind == "agenda" and not line.cells and (title := agenda_key(line.text)):
                titles.append(title)
            continue
        sections.append(Section(kind_found, line))
        if rest:
            sections[-1].lines.append(rest)
    return sections


def agenda_key(text: str) -> str:
    """The first words of a point, to know it again: without number, duration nor presenter."""
    plain = re.split(r"\s*[(\[]|\s[–—-]\s|:", NUMBER.sub("", BULLET.sub("", text)), maxsplit=1)[0]
    return normalise(bare(plain)).strip(" .;,")


def _is_title_again(line: Line, titles: list[str], *, in_agenda: bool) -> bool:
    if line.cells or len(line.text) > 200 or not titles:
        return False
    key = agenda_key(line.text)
    if len(key) < 3:
        return False
    if in_agenda:
        # The list itself has each point once; a second « 1. » below it opens the discussion.
        return key in titles
    short = len(line.text) < 160 and not line.text.rstrip().endswith(".")
    numbered = bool(NUMBER.match(line.text) or re.match(r"^\s*(?:[IVX]{1,5}|[A-Z])\s*[.)/-]\s", line.text))
    if key in titles:
        return short
    # Reworded a little: « 2. Situation de la soudure au Niger » for « Situation de la soudure ».
    return (
        numbered
        and short
        and any(
            len(title) > 12 and (key.startswith(title[:24]) or (title.startswith(key[:24]) and len(key) > 12))
            for title in titles
        )
    )


def _heading(line: Line, current: Section) -> tuple[str | None, Line | None]:
    if line.cells:
        # « Présents | M. X, BIT » in a table of two columns.
        kind = kind_of(line.cells[0]) if len(line.cells) == 2 and line.cells[1] else ""
        if kind and kind not in {"actions", "decisions", "next_meeting"} and not kind_of(line.cells[1]):
            at = line.text.find(line.cells[1])
            return kind, Line(line.cells[1], line.start + max(at, 0), line.end)
        return None, None
    if kind := kind_of(line.text):
        if _is_item_of(line, kind, current):
            return None, None
        return kind, None
    label, colon, rest = line.text.partition(":")
    if colon and rest.strip() and len(label) <= 70 and (kind := kind_of(label)):
        if kind in {"context", "discussion", "annex", "conclusions", "updates"} or _is_item_of(line, kind, current):
            return (
                (None, None)
                if current.kind == "agenda" or kind in {"annex", "discussion", "updates"}
                else (kind, _rest(line, rest))
            )
        if (
            kind == "actions"
            and current.kind != "actions"
            and re.match(r"(?i)\s*(action|recommandation|recommendation)\s*$", _NUMBERING.sub("", label))
        ):
            # « Action : OCHA partage la liste » within a discussion.
            return None, None
        if kind == "decisions" and re.match(r"(?i)\s*d[ée]cision\s*$", _NUMBERING.sub("", label)):
            return None, None
        return kind, _rest(line, rest)
    if _is_own_heading(line, current):
        return "", None
    return None, None


def _rest(line: Line, rest: str) -> Line:
    text = rest.strip()
    start = line.end - len(rest.lstrip())
    return Line(text, start, line.end)


def _is_item_of(line: Line, kind: str, current: Section) -> bool:
    """A point of the agenda (« 4. Divers ») or a row of names is no heading."""
    if current.kind == "agenda":
        numbered = bool(NUMBER.match(line.text) or BULLET.match(line.text) or line.is_listed)
        loud = line.text.isupper() or line.is_heading or line.text.rstrip().endswith(":")
        if kind in {"any_other", "follow_up", "updates", "next_meeting"}:
            return not (loud and not numbered) or numbered
        return numbered and not loud
    return False


def _is_own_heading(line: Line, current: Section) -> bool:
    """A heading with words of its own: of a heading style, in capitals, or numbered and short after the agenda."""
    text = bare(line.text)
    if len(text) < 4 or len(text) > 140 or BULLET.match(line.text):
        return False
    letters = [char for char in text if char.isalpha()]
    words = text.split()
    if line.is_heading:
        # The title of the document stands before everything.
        return current.kind != "head"
    if current.kind in {"head", "agenda", *ATTENDANCE_KINDS}:
        # Acronyms and names in capitals stand there too: only a whole title counts.
        numbered = bool(re.match(r"^\s*(?:[IVX]{1,5}|[A-Z])\s*[.)/-]\s", line.text))
        return (
            len(words) >= 3
            and bool(letters)
            and text.isupper()
            and current.kind != "head"
            and (numbered or len(words) >= 4)
        )
    return len(words) >= 2 and bool(letters) and text.isupper()
