"""Settings of the tests: the same engines, a database and a key prefix of this run alone."""

import os
import secrets

# Two `make test` at once must not meet: the id stands in database names, key prefixes and folders.
RUN_ID = os.environ.setdefault("SOCLE_TEST_RUN", secrets.token_hex(4))
# Each process of a parallel run has its own database, so its own queues too; the Celery worker that a
# test starts is told which (it inherits no PYTEST_XDIST_WORKER of its own making).
PROCESS_ID = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["SOCLE_REDIS_PREFIX"] = f"test-{RUN_ID}-{PROCESS_ID}-"
os.environ.setdefault("DJANGO_SECRET_KEY", "tests-only-" + "k" * 50)
os.environ.setdefault("DJANGO_ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")

from config.settings.base import *  # noqa: E402, F403
from config.settings.base import DATABASES, STORAGES, VAR_DIR  # noqa: E402

DATABASES["default"]["TEST"] = {"NAME": f"socle_test_{RUN_ID}"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Copying and dropping whole databases on a busy machine takes longer than a page ever may.
# And nothing of a test is worth waiting for the disk.
DATABASES["default"]["OPTIONS"] = {
    "options": DATABASES["default"]["OPTIONS"]["options"].replace("statement_timeout=30000", "statement_timeout=180000")
    + " -c synchronous_commit=off"
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MEDIA_ROOT = VAR_DIR / "tests" / RUN_ID / PROCESS_ID / "media"
SOCLE_DEMO = True
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# A worker process that a test starts uses that test's database as it stands.
if os.environ.get("SOCLE_TEST_DATABASE"):
    DATABASES["default"]["NAME"] = os.environ["SOCLE_TEST_DATABASE"]
