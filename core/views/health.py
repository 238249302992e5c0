"""`/sante/`: is the portal well? Public, no secrets, never slower than a second when the broker is down."""

import threading

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from core import heartbeat
from core.models import EmailState, OutgoingEmail

BROKER_TIMEOUT = 0.5


@require_safe
@login_not_required
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when not; `status` is ok, degraded (mail and PDF wait) or down."""
    report: dict[str, object] = {"status": "down", "version": settings.SOCLE_VERSION, "database": False}
    broker = BrokerCheck()
    broker.start()
    try:
        signs = heartbeat.alive()
        oldest = OutgoingEmail.objects.filter(
            state__in=[EmailState.QUEUED, EmailState.SENDING], next_attempt_at__lte=timezone.now()
        ).aggregate(oldest=Min("created_at"))["oldest"]
    except DatabaseError:
        # The next request must not wait for this broken connection.
        connection.close()
        signs, oldest = dict.fromkeys((heartbeat.WORKER, heartbeat.BEAT), False), None
    else:
        report["database"] = True
    broker.join(BROKER_TIMEOUT + 0.3)
    report |= {"broker": broker.answers, **signs}
    report["oldest_unsent_mail_seconds"] = oldest and int((timezone.now() - oldest).total_seconds())
    if report["database"]:
        report["status"] = "ok" if broker.answers and all(signs.values()) else "degraded"
    return JsonResponse(report, status=200 if report["database"] else 503)


class BrokerCheck(threading.Thread):
    """Asks the broker in a thread: a name that does not resolve may take longer than any socket timeout."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.answers = False

    def run(self) -> None:
        # kombu writes a Unix socket as redis+socket://…?virtual_host=0, redis as unix://…?db=0.
        url = settings.REDIS_URL.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=", 1)
        try:
            client = redis.Redis.from_url(
                url,
                socket_timeout=BROKER_TIMEOUT,
                socket_connect_timeout=BROKER_TIMEOUT,
                retry=Retry(NoBackoff(), 0),
            )
            with client:
                self.answers = bool(client.ping())
        except redis.RedisError:
            self.answers = False
