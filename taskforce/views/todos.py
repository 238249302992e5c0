"""« À faire ce mois-ci »: what awaits the secretariat of a body."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.shortcuts import check_perm
from core.todos import most_pressing, todos_for
from taskforce.queries.todos import month_ahead
from taskforce.views.parts import find_body


@require_GET
def todo_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What is late or due within a month, subject by subject."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.view_todos", body)
    today = body.today()
    until = month_ahead(today)
    groups = todos_for(body, today=today, until=until)
    lines = most_pressing(groups)
    context = {
        "body": body,
        "nav": "home",
        "groups": groups,
        "until": until,
        "total": len(lines),
        "late": sum(1 for todo in lines if todo.urgency == "late"),
    }
    return render(request, "taskforce/todos/list.html", context)
