"""Settings of the tests: the same engines, a database and a key prefix of this run alone."""

import os
import secrets

# Two `make test` at once must not meet: the id stands in database names, key prefixes and folders.
RUN_ID = os.environ.setdefault("SOCLE_TEST_RUN", secrets.token_hex(4))
os.environ.setdefault("SOCLE_REDIS_PREFIX", f"test-{RUN_ID}-")
os.environ.setdefault("DJANGO_SECRET_KEY", "tests-only-" + "k" * 50)
os.environ.setdefault("DJANGO_ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")

from config.settings.base import *  # noqa: E402, F403
from config.settings.base import DATABASES, STORAGES, TEMPLATES, VAR_DIR  # noqa: E402

DATABASES["default"]["TEST"] = {"NAME": f"socle_test_{RUN_ID}"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MEDIA_ROOT = VAR_DIR / "tests" / RUN_ID / "media"
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = ""
SOCLE_DEMO = True
WHITENOISE_AUTOREFRESH = True
