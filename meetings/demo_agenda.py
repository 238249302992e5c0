"""Demonstration: the agenda of the next session: proposals in every state, files, a restricted point, contributions."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from core.actors import Actor
from core.demo import World, demo_step
from core.documents.docx import write_docx
from meetings.demo_parts import secretary
from meetings.enums import ItemKind, ItemOutcome, MeetingState, Visibility
from meetings.models import AgendaItem, Meeting
from meetings.services.agenda import MOST_ITEMS, add_item, edit_item, move_item
from meetings.services.attachments import attach, attach_signed_sheet
from meetings.services.proposals import accept_proposal, propose_item, set_proposal_aside
from meetings.services.updates import add_update, save_update
from taskforce.demo import address
from taskforce.models import Agency, Person, TaskForce

NOTE = """<html lang="fr"><head><title>Montants des transferts : note de cadrage</title></head><body>
<h1>Montants des transferts : note de cadrage</h1>
<p>Note illustrative. Elle compare les montants versés par ménage et par mois, et propose un panier de référence.</p>
<table><thead><tr><th>Agence</th><th>Versement</th></tr></thead><tbody><tr><td>PAM</td><td>Mensuel</td></tr>
<tr><td>UNICEF</td><td>Trimestriel</td></tr></tbody></table></body></html>"""
AMOUNTS = "agence;commune;montant mensuel (FCFA)\nPAM;Aguié;32500\nUNICEF;Tibiri;20000\nFAO;Dogondoutchi;25000\n"
# Not reached by the last session.
CARRIED = ("Adoption du compte rendu précédent", "Carte commune des interventions")


@demo_step(46)
def prepare_agenda(world: World) -> None:
    """After the invitations and their answers. Read again, nothing changes."""
    body = world.things.get("niger")
    if not isinstance(body, TaskForce):
        return
    meeting = (
        Meeting.objects.filter(task_force=body, series__isnull=False, state=MeetingState.CONVENED)
        .select_related("task_force__country")
        .order_by("starts_at")
        .first()
    )
    if meeting is None or meeting.attachments.exists():
        return
    actor = secretary()
    _proposals(meeting, actor)
    # They come back here as links; adoption comes first.
    for item in AgendaItem.objects.filter(meeting__next_meeting=meeting, title__in=CARRIED).select_related("meeting"):
        edit_item(item, outcome=ItemOutcome.POSTPONED, actor=actor)
    for item in meeting.agenda.filter(title=CARRIED[0]):
        move_item(item, -MOST_ITEMS, actor=actor)
    add_item(
        meeting,
        title="Candidatures au secrétariat",
        kind=ItemKind.DISCUSSION,
        minutes=5,
        visibility=Visibility.RESTRICTED,
        actor=actor,
    )
    _files(meeting, actor)
    _contributions(meeting, actor)


def _proposals(meeting: Meeting, actor: Actor) -> None:
    """One accepted, one kept for later, one left aside; a fourth waits since the answers were loaded."""
    made = {}
    for given, family, title, minutes, reason in (
        ("Ibrahim", "Garba", "Prix des céréales sur six marchés", 10, "Relevé de la semaine."),
        ("Moussa", "Tchangari", "Visite commune à Dogondoutchi", 10, "À prévoir après les récoltes."),
        ("Souleymane", "Idrissa", "Logo de la Task Force", None, ""),
    ):
        person = Person.objects.get(email=address(given, family))
        made[title] = propose_item(
            meeting,
            title=title,
            minutes=minutes,
            reason=reason,
            person=person,
            actor=Actor(kind="link", person=person, label=person.full_name),
        )
    accept_proposal(made["Prix des céréales sur six marchés"], meeting, actor=actor)
    set_proposal_aside(
        made["Visite commune à Dogondoutchi"], keep=True, answer="À reprendre en début d’année.", actor=actor
    )
    set_proposal_aside(made["Logo de la Task Force"], keep=False, answer="Traité par courriel.", actor=actor)


def _files(meeting: Meeting, actor: Actor) -> None:
    subject = meeting.agenda.filter(title__startswith="Montants").first()
    attach(
        meeting, SimpleUploadedFile("Note de cadrage.docx", write_docx(NOTE, language="fr")), item=subject, actor=actor
    )
    attach(meeting, SimpleUploadedFile("Montants par commune.csv", AMOUNTS.encode()), item=subject, actor=actor)
    last = meeting.task_force.meetings.filter(state=MeetingState.CLOSED).order_by("-starts_at").first()
    if last is not None:
        attach_signed_sheet(last, SimpleUploadedFile("Feuille signée.png", _scan()), actor=actor)


def _scan() -> bytes:
    """What stands for the photograph of a signed sheet: a page with lines."""
    page = Image.new("L", (620, 877), 255)
    pen = ImageDraw.Draw(page)
    pen.text((60, 50), "Feuille de presence (illustration)", fill=0)
    for row in range(14):
        height = 120 + row * 50
        pen.line((60, height, 560, height), fill=120)
        if row % 4:
            pen.line([(330 + 14 * step, height - 12 - 13 * ((step + row) % 3)) for step in range(11)], fill=40, width=2)
    out = io.BytesIO()
    page.save(out, "PNG", optimize=True)
    return out.getvalue()


def _contributions(meeting: Meeting, actor: Actor) -> None:
    """Written before the session, from the agencies' own desks."""
    agencies = {agency.acronym: agency for agency in Agency.objects.all()}
    for acronym, text in (
        ("FAO", "<p>Les semences de contre-saison sont distribuées dans quatre départements.</p>"),
        ("PAM", "<p>La liste des bénéficiaires de l’ouest est à jour ; celle de l’est suit en fin de mois.</p>"),
    ):
        update = add_update(meeting, agency=agencies[acronym], actor=actor)
        save_update(update, body=text, base_version=update.version, actor=actor)
