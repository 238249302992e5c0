"""Where one arrives: the bodies one may open, and the home of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from core.dashboard import blocks_for, facts_for
from taskforce.enums import Role
from taskforce.queries import grants_of, visible_bodies
from taskforce.views.parts import find_body


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The bodies one may open; the only one opens by itself."""
    bodies = visible_bodies(request.user)
    grants = grants_of(request.user)
    if len(bodies) == 1 and not grants.is_administrator:
        return redirect(bodies[0])
    facts = facts_for(request.user, bodies)
    # In the order of Role, so that the heaviest function is read first.
    cards = [
        {
            "body": body,
            "roles": [role.label for role in Role if role in grants.roles(body.pk)],
            "facts": facts[body.pk],
        }
        for body in bodies
    ]
    # Where one serves before where one only reads.
    cards.sort(key=lambda card: not card["roles"])
    return render(request, "taskforce/home.html", {"cards": cards, "grants": grants})


@require_GET
def body_home(request: HttpRequest, slug: str) -> HttpResponse:
    """The dashboard of a body: what each app has to say about it."""
    body = find_body(request, slug)
    context = {
        "body": body,
        "nav": "home",
        "blocks": blocks_for(request.user, body),
        "parent": next((one for one in visible_bodies(request.user) if one.pk == body.parent_id), None),
        "may_manage": request.user.has_perm("taskforce.manage_body", body),
    }
    return render(request, "taskforce/body_home.html", context)
