"""What the shell of every page shows: the bodies one may open, the person, what they run."""

from django.utils.functional import SimpleLazyObject

from taskforce.queries import grants_of, visible_bodies


def shell(request):
    """`shell_bodies`, `shell_grants`; the views put `body` and `nav` in their own context."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"shell_bodies": [], "shell_grants": None}
    return {
        "shell_bodies": SimpleLazyObject(lambda: visible_bodies(user)),
        "shell_grants": SimpleLazyObject(lambda: grants_of(user)),
    }
