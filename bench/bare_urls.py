"""One view and one template: see bench/bare.py."""

from functools import cache

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.template import engines
from django.urls import path

PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>{{ meeting.theme }}</title>
<h1>{{ meeting.task_force.name }} — {{ meeting.theme }}</h1>
<p>{{ meeting.starts_at }} – {{ meeting.ends_at }}, {{ meeting.place }}. {{ meeting.chair }}, {{ meeting.rapporteur }}</p>
<table>{% for a in attendances %}<tr><td>{{ a.agency.acronym }}<td>{{ a.person }}<td>{{ a.get_capacity_display }}<td>{{ a.get_status_display }}{% endfor %}</table>
<ol>{% for item in agenda %}<li>{{ item.title }} ({{ item.minutes }} min){% endfor %}</ol>
{% for section in sections %}<h2>{{ section.title }}</h2>{{ section.body|safe }}{% endfor %}
{% for update in updates %}<h3>{{ update.agency }}</h3>{{ update.body|safe }}{% endfor %}
<ol>{% for link in decisions %}<li>{{ link.decision.reference }} {{ link.decision.text }}{% endfor %}</ol>
<table>{% for link in actions %}<tr><td>{{ link.action.reference }}<td>{{ link.action.text }}<td>{% for owner in link.action.owners.all %}{{ owner.agency }} {% endfor %}<td>{{ link.action.due_on }}<td>{{ link.action.get_state_display }}{% endfor %}</table>
</html>"""


@cache
def page():
    """Compiled once, as templates in files are."""
    return engines["django"].from_string(PAGE)


def meeting(request, pk):
    from meetings.models import Meeting

    found = (
        Meeting.objects.select_related("task_force", "chair", "rapporteur", "minutes")
        .prefetch_related(
            "agenda",
            "attendances__person",
            "attendances__agency",
            "minutes__sections__agenda_item",
            "updates__agency",
            "decision_links__decision",
            "action_links__action__owners__agency",
        )
        .get(pk=pk)
    )
    context = {
        "meeting": found,
        "agenda": found.agenda.all(),
        "attendances": found.attendances.all(),
        "sections": found.minutes.sections.all(),
        "updates": found.updates.all(),
        "decisions": found.decision_links.all(),
        "actions": found.action_links.all(),
    }
    return HttpResponse(page().render(context))


urlpatterns = [path("<int:pk>/", meeting)]
application = get_wsgi_application()
