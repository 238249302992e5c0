"""Small helpers of the views."""

from typing import Any

from django.core.exceptions import PermissionDenied


def check_perm(user: Any, perm: str, obj: Any = None) -> None:
    """Raise PermissionDenied (403) unless the rules let `user` do `perm` on `obj`.

    Call it after the object was found in a visible queryset: what is not visible is a 404.
    """
    if not user.has_perm(perm, obj):
        raise PermissionDenied(perm)
