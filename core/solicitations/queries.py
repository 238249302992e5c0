"""Readings: who has answered, who is late; what a token opens."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import BooleanField, Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from core.models import OutgoingEmail, SignedLink, Solicitation
from core.solicitations.links import find_link, is_live
from core.solicitations.models import OPEN_STATES


def live_link(token: str) -> SignedLink | None:
    """The link that `token` opens now; None for one wrong, used, expired, revoked, or refused by its kind."""
    link = find_link(token)
    return link if link is not None and is_live(link) else None


def solicitations_of(target: models.Model, kind: str = "") -> QuerySet[Solicitation]:
    """What was asked about `target`, latest first."""
    asked = Solicitation.objects.filter(target_type=ContentType.objects.get_for_model(target), target_id=target.pk)
    return asked.filter(kind=kind) if kind else asked


def board(kind: str, scope: models.Model, *, now: datetime | None = None) -> QuerySet[Solicitation]:
    """The solicitations of a kind in a scope with `late` (bool) and their last mail (`last_mail_at`,
    `last_mail_state`, `last_mail_error`, None without); addressees and targets prefetched."""
    now = now or timezone.now()
    mails = (
        OutgoingEmail.objects.filter(
            about_type=ContentType.objects.get_for_model(Solicitation),
            about_id=OuterRef("pk"),
            recipient=OuterRef("email"),
        )
        .exclude(kind="link-code")
        .order_by("-created_at", "-pk")
    )
    return (
        Solicitation.objects.filter(kind=kind, scope_type=ContentType.objects.get_for_model(scope), scope_id=scope.pk)
        .annotate(
            late=Case(
                When(Q(state__in=OPEN_STATES, deadline__lt=now), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
            last_mail_at=Subquery(mails.values("created_at")[:1]),
            last_mail_state=Subquery(mails.values("state")[:1]),
            last_mail_error=Subquery(mails.values("error")[:1]),
        )
        .order_by(F("deadline").asc(nulls_last=True), "pk")
        .prefetch_related("addressee", "target")
    )


def zone_of(solicitation: Solicitation) -> tzinfo:
    """The time zone in which its days begin: the scope's, if it has one."""
    return getattr(solicitation.scope, "tz", None) or timezone.get_default_timezone()


def reminder_due_at(solicitation: Solicitation, days: int) -> datetime:
    """When the reminder `days` before the deadline's day leaves: at the set hour, in the scope's time zone."""
    assert solicitation.deadline is not None
    zone = zone_of(solicitation)
    day = timezone.localdate(solicitation.deadline, zone) - timedelta(days=days)
    return datetime.combine(day, time(settings.SOCLE_REMINDER_HOUR), tzinfo=zone)


def reminder_key(solicitation: Solicitation, days: int) -> str:
    """One reminder per solicitation, deadline and number of days: another deadline has reminders of its own."""
    assert solicitation.deadline is not None
    day = timezone.localdate(solicitation.deadline, zone_of(solicitation))
    return f"solicitation-reminder:{solicitation.pk}:{day.isoformat()}:{days}"
