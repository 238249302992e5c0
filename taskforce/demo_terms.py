"""Demonstration: the terms of reference of Niger's task force, shared and discussed before its first meeting.

That they were shared among the agencies, then discussed by the country team on 1 February 2016 and were still to
be formalised are facts; the words of the text and of the comments are invented.
"""

from __future__ import annotations

from datetime import date, datetime

from core.actors import SYSTEM
from core.demo import World, demo_step
from core.models import TransitionRecord
from core.richtext import clean_html
from taskforce.demo import address
from taskforce.enums import TermsAnswer, TermsMark, TermsOutcome, TermsState
from taskforce.models import (
    Agency,
    Person,
    TaskForce,
    TermsComment,
    TermsDiscussion,
    TermsOfReference,
    TermsReview,
    TermsSection,
    TermsSectionVersion,
)

SHARED_ON = date(2016, 1, 18)
COMMENTS_UNTIL = date(2016, 1, 29)
COUNTRY_TEAM_ON = date(2016, 2, 1)

SECTIONS = [
    (
        "Contexte",
        "<p>Plusieurs agences des Nations Unies appuient au Niger la Politique nationale de protection sociale (PNPS). "
        "Chacune agit sur un pan du sujet : filets sociaux, travaux à haute intensité de main-d’œuvre, prévention, "
        "moyens d’existence, extension de la couverture.</p>"
        "<p>Réunies en groupe technique, elles ont jugé utile de se doter d’un cadre commun : une Task Force du système "
        "des Nations Unies sur la protection sociale.</p>",
    ),
    (
        "Objectifs",
        "<p>La Task Force conduit une réflexion stratégique partagée. Elle vise à :</p>"
        "<ul><li>construire une compréhension commune des grands thèmes, à commencer par le ciblage et le suivi des "
        "ménages pauvres et vulnérables ;</li><li>rapprocher les approches et les outils des agences ;</li>"
        "<li>parler d’une seule voix dans le dialogue avec le Gouvernement et les partenaires.</li></ul>"
        "<p>Elle ne suit pas la mise en œuvre des programmes : les groupes d’effets gardent ce rôle.</p>",
    ),
    (
        "Composition",
        "<p>Chaque agence concernée est représentée par <strong>un titulaire et un suppléant</strong>, désignés par sa "
        "direction. Les spécialistes des thèmes traités sont invités selon l’ordre du jour.</p>"
        "<table><thead><tr><th>Agence</th><th>Apport principal</th></tr></thead><tbody>"
        "<tr><td>BIT</td><td>Politique nationale, extension de la sécurité sociale</td></tr>"
        "<tr><td>PAM</td><td>Filets sociaux liés aux activités productives</td></tr>"
        "<tr><td>FAO</td><td>Liens entre protection sociale et agriculture</td></tr>"
        "<tr><td>PNUD</td><td>Travaux à haute intensité de main-d’œuvre, moyens de subsistance</td></tr>"
        "<tr><td>UNICEF</td><td>Vulnérabilités spécifiques, prévention et protection</td></tr></tbody></table>",
    ),
    (
        "Rôles et responsabilités",
        "<ol><li>Le chef de file anime les travaux ; ce rôle peut changer selon le thème de la réunion.</li>"
        "<li>Les membres préparent les points de leur agence et en rendent compte à leur direction.</li>"
        "<li>Le Coordonnateur résident est tenu informé des conclusions.</li></ol>",
    ),
    (
        "Réunions",
        "<p>La Task Force se réunit <strong>tous les deuxièmes mardis du mois</strong>, à partir de mars 2016. "
        "Chaque réunion traite d’un thème annoncé à l’avance et donne lieu à un compte rendu.</p>",
    ),
    (
        "Secrétariat",
        "<p>Le secrétariat convoque les réunions, diffuse les documents et tient le registre des décisions et des "
        "actions. L’agence qui accueille la réunion en assure la logistique.</p>",
    ),
    (
        "Décisions",
        "<p>Les conclusions sont prises par consensus. Aucun quorum n’est exigé.</p>",
    ),
    (
        "Liens avec le niveau national",
        "<p>La Task Force se tient informée des groupes thématiques que pilote le ministère chargé de la protection "
        "sociale, et recherche la complémentarité avec les autres partenaires, notamment la Banque mondiale.</p>",
    ),
]

# agency, given and family name, section (None: the whole text), text, answer, words
COMMENTS = [
    (
        "PAM",
        "Hadiza",
        "Souley",
        "Objectifs",
        "Nommer aussi la saisonnalité : le ciblage d’une année sèche n’est pas celui d’une année ordinaire.",
        TermsAnswer.TAKEN,
        "Sera traité dès la première réunion thématique.",
    ),
    (
        "PAM",
        "Hadiza",
        "Souley",
        "Réunions",
        "Prévoir que les bureaux de terrain puissent suivre à distance.",
        "",
        "",
    ),
    (
        "UNICEF",
        "Aïchatou",
        "Moussa",
        "Composition",
        "Un seul suppléant suffit-il ? Nos équipes voyagent beaucoup.",
        TermsAnswer.NOT_TAKEN,
        "Le texte fixe un minimum ; une agence peut désigner plusieurs suppléants, dans l’ordre.",
    ),
    (
        "UNICEF",
        "Aïchatou",
        "Moussa",
        None,
        "Texte clair et équilibré, que nous appuyons.",
        "",
        "",
    ),
]
# agency, given and family name, mark
REVIEWS = [
    ("PAM", "Hadiza", "Souley", TermsMark.COMMENTED),
    ("UNICEF", "Aïchatou", "Moussa", TermsMark.AGREED),
    ("BIT", "Laurent", "Mercier", TermsMark.SEEN),
]


@demo_step(15)
def load_terms(world: World) -> None:
    body = world.things.get("niger")
    if not isinstance(body, TaskForce) or body.terms.exists():
        return
    shared, discussed = _at(body, SHARED_ON, 9), _at(body, COUNTRY_TEAM_ON, 17)
    terms = TermsOfReference.objects.create(
        task_force=body,
        number=1,
        title="Termes de référence de la Task Force Protection sociale – Niger",
        state=TermsState.DISCUSSED,
        round=1,
        comments_until=COMMENTS_UNTIL,
        created_at=_at(body, date(2016, 1, 11), 10),
        shared_at=shared,
        discussed_at=discussed,
    )
    for before, after, moment in (
        (TermsState.DRAFT, TermsState.SHARED, shared),
        (TermsState.SHARED, TermsState.DISCUSSED, discussed),
    ):
        record = TransitionRecord.record(terms, before=before, after=after, actor=SYSTEM)
        record.at = moment
        record.save(update_fields=["at"])
    sections = _sections(terms, _at(body, date(2016, 1, 15), 11))
    _comments(terms, sections)
    TermsDiscussion.objects.create(
        terms=terms,
        event="Réunion de l’équipe-pays",
        forum="Équipe-pays des Nations Unies (UNCT)",
        held_on=COUNTRY_TEAM_ON,
        outcome=TermsOutcome.NOTED,
        note="Le texte reste à formaliser, puis à envoyer aux directions d’agence pour désignation.",
        created_at=discussed,
    )
    world.things["niger_terms"] = terms


def _at(body: TaskForce, day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=body.tz)


def _sections(terms: TermsOfReference, moment: datetime) -> dict[str, TermsSection]:
    made = {}
    for position, (title, html) in enumerate(SECTIONS, start=1):
        text = clean_html(html)
        section = TermsSection.objects.create(
            terms=terms,
            position=position,
            title=title,
            body=text,
            version=1,
            shared_version=1,
            updated_at=moment,
        )
        TermsSectionVersion.objects.create(section=section, number=1, title=title, body=text, created_at=moment)
        made[title] = section
    return made


def _comments(terms: TermsOfReference, sections: dict[str, TermsSection]) -> None:
    body = terms.task_force
    agencies = {agency.acronym: agency for agency in Agency.objects.filter(country__isnull=True)}
    moment = _at(body, date(2016, 1, 27), 15)
    for acronym, given, family, title, text, answer, words in COMMENTS:
        section = sections[title] if title else None
        answered = {"answer": answer, "answer_text": words, "answered_at": _at(body, COUNTRY_TEAM_ON, 10)}
        TermsComment.objects.create(
            terms=terms,
            section=section,
            section_version=section.version if section else 0,
            round=1,
            agency=agencies[acronym],
            person=Person.objects.get(email=address(given, family)),
            text=text,
            created_at=moment,
            **(answered if answer else {}),
        )
    for acronym, given, family, mark in REVIEWS:
        TermsReview.objects.create(
            terms=terms,
            agency=agencies[acronym],
            round=1,
            mark=mark,
            person=Person.objects.get(email=address(given, family)),
            seen_at=_at(body, date(2016, 1, 20), 10),
            commented_at=moment if acronym in {"PAM", "UNICEF"} else None,
            agreed_at=moment if mark == TermsMark.AGREED else None,
        )
