"""Demonstration: what follows adoption (distribution list, an erratum), reminders of late actions, old files, documents."""

from __future__ import annotations

import uuid
from datetime import date

from core.actors import Actor
from core.demo import World, demo_step
from core.documents.base import documents
from core.documents.services import request_document
from core.richtext import richtext_to_text
from meetings.canonical import places_of
from meetings.demo_parts import secretary
from meetings.documents.frozen import content_of
from meetings.enums import MinutesState
from meetings.imports.batches import bring_in
from meetings.models import DistributionEntry, ImportBatch, Minutes
from meetings.services.adoption import add_erratum
from meetings.services.distribution import add_entry, queue_publication
from meetings.services.imports import Incoming
from taskforce.demo import address
from taskforce.enums import ActionState
from taskforce.models import ActionItem, Person, TaskForce
from taskforce.services.register_updates import remind_owners

SINCE = date(2016, 3, 8)
# given and family name, or a name with its address; function
LIST = [
    (("Jean-Paul", "Kouassi"), "", "", "Coordonnateur résident"),
    (("Ingrid", "Larsen"), "", "", "Représentante de l’UNICEF"),
    (("Kadidiatou", "Traoré"), "", "", "Représentante de la FAO"),
    (None, "Bureau de la coopération", "cooperation@example.org", "Partenaire"),
]
# Minutes of before the task force, as people wrote them; the people are invented.
OLD_MINUTES = """Compte rendu de la réunion du groupe inter-agences sur la protection sociale
Mardi 9 décembre 2014, de 15h00 à 16h45, salle de conférence du PAM

Étaient présents : Mme Hadiza Souley (PAM), M. Laurent Mercier (BIT), Mme Aïchatou Moussa (UNICEF)
Excusé : M. Ibrahim Garba (FAO)

Ordre du jour
1. Retour sur la mission conjointe (30 min)
2. Échange sur les filets sociaux (45 min)
3. Divers

1. Retour sur la mission conjointe
La mission a visité deux départements. Les ménages rencontrés connaissent mal les critères de choix.

2. Échange sur les filets sociaux
Les agences comparent leurs montants. Il est décidé de se revoir chaque trimestre.

Actions à mener
- Le PAM envoie la liste des communes visitées avant le 15 janvier 2015.
- Le BIT partage sa note sur la politique nationale.

Prochaine réunion : mardi 10 mars 2015.
"""
OTHER_MINUTES = """PROCES-VERBAL
Réunion du groupe inter-agences, lundi 10 mars 2015
Présents : BIT, PAM, UNICEF
La séance est ouverte à 10h.
Points discutés : calendrier de l’année ; contribution à l’atelier national.
"""


@demo_step(62)
def follow_adoption(world: World) -> None:
    """A list, the latest published minutes sent to it, and one passage of them rectified."""
    body = world.things.get("niger")
    if not isinstance(body, TaskForce) or DistributionEntry.objects.filter(task_force=body).exists():
        return
    actor = secretary()
    for names, name, email, function in LIST:
        person = Person.objects.filter(email=address(*names)).first() if names else None
        if person is not None or email:
            add_entry(body, person=person, name=name, email=email, function=function, starts_on=SINCE, actor=actor)
    published = (
        Minutes.objects.filter(meeting__task_force=body, state=MinutesState.PUBLISHED)
        .select_related("meeting__task_force__country")
        .order_by("-meeting__starts_at")
    )
    latest = published.first()
    if latest is not None:
        _rectify(latest, actor)
        queue_publication(latest, actor)
        for slug, target in (("minutes", latest), ("meeting-pack", latest.meeting)):
            document = documents.get(slug)()
            request_document(actor.user, document, target, document.formats[0])


def _rectify(minutes: Minutes, actor: Actor) -> None:
    """The last passage with a text gets a sentence that was forgotten."""
    version = minutes.versions.order_by("-number")[0]
    passages = [one for one in places_of(content_of(version)) if one.html and richtext_to_text(one.html).strip()]
    if passages:
        add_erratum(
            minutes,
            place=passages[-1].key,
            body=f"{passages[-1].html}<p>Le budget de l’étude est pris en charge par l’UNICEF.</p>",
            reason="Cette précision, donnée en séance, manquait.",
            base_version=version.number,
            actor=actor,
        )


@demo_step(64)
def remind_late_owners(world: World) -> None:
    body = world.things.get("niger")
    if not isinstance(body, TaskForce) or ActionItem.objects.filter(task_force=body, reminders__isnull=False).exists():
        return
    late = [
        action
        for action in ActionItem.objects.filter(
            task_force=body, state__in=[ActionState.NOT_STARTED, ActionState.IN_PROGRESS]
        ).prefetch_related("owners")
        if action.is_overdue(world.today)
    ]
    remind_owners(body, late[:2], batch=uuid.uuid5(uuid.NAMESPACE_URL, "socle:demo"), actor=secretary())


@demo_step(66)
def bring_old_minutes(world: World) -> None:
    """Two texts wait for somebody to read them over."""
    body = world.things.get("niger")
    if not isinstance(body, TaskForce) or ImportBatch.objects.filter(task_force=body).exists():
        return
    incoming = [
        Incoming("CR groupe inter-agences decembre 2014.txt", OLD_MINUTES.encode()),
        Incoming("PV mars 2015.txt", OTHER_MINUTES.encode()),
    ]
    bring_in(body, incoming, actor=secretary())
