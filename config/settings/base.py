"""Settings for every environment; all that differs comes from environment variables.

The table of variables stands in README.md. Without `DATABASE_URL` / `REDIS_URL` the
embedded PostgreSQL and Valkey of `config/embedded/` are used.
"""

import os
import warnings
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.environment import env_bool, env_int, env_ints, env_list, env_origins
from config.version import VERSION

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(os.environ.get("SOCLE_VAR_DIR", BASE_DIR / "var"))


# Identity and mode ----------------------------------------------------------
SOCLE_VERSION = VERSION
# "trial" is `make run`: a demonstration on one machine. "production" refuses insecure defaults.
SOCLE_ENVIRONMENT = os.environ.get("SOCLE_ENVIRONMENT", "trial")
if SOCLE_ENVIRONMENT not in {"trial", "production"}:
    raise ImproperlyConfigured("SOCLE_ENVIRONMENT must be 'trial' or 'production'.")
IS_PRODUCTION = SOCLE_ENVIRONMENT == "production"
DEBUG = env_bool("DJANGO_DEBUG", False)

SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "")
if not SECRET_KEY:
    if IS_PRODUCTION:
        raise ImproperlyConfigured("DJANGO_SECRET_KEY must be set in production.")
    from config.secret import local_secret_key

    SECRET_KEY = local_secret_key(VAR_DIR)
SECRET_KEY_FALLBACKS = env_list("DJANGO_SECRET_KEY_FALLBACKS")

ALLOWED_HOSTS = env_list("DJANGO_ALLOWED_HOSTS", "" if IS_PRODUCTION else "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("DJANGO_CSRF_TRUSTED_ORIGINS")
# The address written into mails, where no request tells it.
SITE_URL = os.environ.get("SOCLE_SITE_URL", f"http://localhost:{os.environ.get('PORT', '8000')}").rstrip("/")
# Without SMTP the demonstration shows its mails on a page of its own.
SOCLE_DEMO = env_bool("SOCLE_DEMO", not IS_PRODUCTION)

# Apps -----------------------------------------------------------------------
INSTALLED_APPS = [
    "taskforce.apps.TaskforceConfig",
    "interventions.apps.InterventionsConfig",
    "meetings.apps.MeetingsConfig",
    "core.apps.CoreConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django_prose_editor",
    "js_asset",
    "pgtrigger",
    "pghistory",
    "rules.apps.AutodiscoverRulesConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.SecureHeadersMiddleware",
    "interventions.middleware.ApiOriginsMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "core.middleware.ControlCharactersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.SessionLimitsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.typed_text.TypedTextMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "taskforce.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.PostedAddressMiddleware",
    "core.middleware.HistoryContextMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "core.context_processors.site",
                "taskforce.context_processors.shell",
            ],
            "builtins": ["core.templatetags.socle"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Services -------------------------------------------------------------------
DATABASE_URL = os.environ.get("DATABASE_URL", "")
REDIS_URL = os.environ.get("REDIS_URL", "")
# Building an image or checking types needs the settings but no server.
SOCLE_NO_SERVICES = env_bool("SOCLE_NO_SERVICES", False)
if SOCLE_NO_SERVICES:
    DATABASE_URL = DATABASE_URL or "postgres://none@127.0.0.1:1/none"
    REDIS_URL = REDIS_URL or "redis://127.0.0.1:1/0"
if not DATABASE_URL or not REDIS_URL:
    if IS_PRODUCTION:
        raise ImproperlyConfigured("DATABASE_URL and REDIS_URL must be set in production.")
    from config import embedded

    DATABASE_URL = DATABASE_URL or embedded.database_url(VAR_DIR)
    REDIS_URL = REDIS_URL or embedded.redis_url(VAR_DIR)

DATABASES = {
    "default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True),
}
# A Unix socket stands in the URL as ?host=/path; Django wants it in its usual place (dbshell, test databases).
DATABASES["default"]["HOST"] = DATABASES["default"].get("OPTIONS", {}).pop("host", DATABASES["default"]["HOST"])
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("Socle runs on PostgreSQL only: DATABASE_URL must start with postgres://.")
# jit=off: our queries are short, and compiling a plan costs more than running it. The threshold: how near a word of a
# title must be to a misspelt one (« protextion »); PostgreSQL's own 0.6 finds one wrong letter in long words only.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c jit=off -c statement_timeout=30000 -c pg_trgm.word_similarity_threshold=0.45"
)
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in's rate limits live in the default cache and must survive Redis: it is a table.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "socle_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A killed worker's tasks come back after this many seconds.
    "visibility_timeout": 120,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # A request that sends a task does not wait for a dead broker (kombu's default: 6 s); workers
    # reconnect by settings of their own.
    "max_retries": 0,
    "global_keyprefix": os.environ.get("SOCLE_REDIS_PREFIX", ""),
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_TASK_TIME_LIMIT = 180
CELERY_TASK_SOFT_TIME_LIMIT = 150
CELERY_TIMEZONE = "UTC"
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Old signs of life say nothing: those a dead worker left behind are thrown away.
    "heartbeat": {"task": "core.heartbeat", "schedule": 30.0, "options": {"expires": 30}},
    "sweep": {"task": "core.sweep", "schedule": 30.0},
    "meeting-reminders": {"task": "meetings.queue_due_reminders", "schedule": 60.0},
    "observation-reminders": {"task": "meetings.queue_observation_reminders", "schedule": 300.0},
    # For the bodies where it is the dead of night.
    "verify-minutes": {"task": "meetings.verify_minutes", "schedule": 3600.0},
    "contribution-calls": {"task": "meetings.queue_due_calls", "schedule": 120.0},
    "imported-minutes": {"task": "meetings.requeue_imports", "schedule": 30.0},
    "attachments": {"task": "meetings.requeue_attachments", "schedule": 30.0},
    "coverage-imports": {"task": "interventions.requeue_imports", "schedule": 30.0},
    "old-coverage-imports": {"task": "interventions.purge_imports", "schedule": 3600.0},
    "solicitations": {"task": "core.solicitations_due", "schedule": 60.0},
    "weekly-digests": {"task": "taskforce.queue_weekly_digests", "schedule": 300.0},
    "due-actions": {"task": "taskforce.queue_due_actions", "schedule": 300.0},
    "ending-mandates": {"task": "taskforce.tell_of_ending_mandates", "schedule": 3600.0},
    # What is found follows what is written within seconds.
    "search": {"task": "core.index_search", "schedule": 10.0, "options": {"expires": 10}},
    "housekeeping": {"task": "core.housekeeping", "schedule": 3600.0},
}

# People and sign-in -----------------------------------------------------------
AUTH_USER_MODEL = "taskforce.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "taskforce.adapters.AccountAdapter"
MFA_ADAPTER = "taskforce.adapters.MFAAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
# One address an account; another one replaces it once its owner has confirmed it.
ACCOUNT_CHANGE_EMAIL = True
# « Votre mot de passe a été changé » and the like.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "request_login_code": "taskforce.sign_in.forms.RequestLoginCodeForm",
    "add_email": "taskforce.sign_in.forms.AddEmailForm",
}
# Wrong passwords and requested codes are counted by taskforce.sign_in, which knows devices. What is left to
# allauth: wrong codes of a second factor, by account (who types one has passed the first factor).
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/300s/key",
    "request_login_code": None,
    "confirm_email": "1/60s/key",
}
# A passkey cannot be guessed, and people at one meeting share one address.
MFA_RATE_LIMITS = {"webauthn_login": None}
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("ALLAUTH_TRUSTED_PROXY_COUNT", 0)
MFA_FORMS = {
    "login_webauthn": "taskforce.sign_in.keys.LoginKeyForm",
    "authenticate_webauthn": "taskforce.sign_in.keys.SecondProofKeyForm",
    "reauthenticate_webauthn": "taskforce.sign_in.keys.ReauthenticateKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Socle"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
# Secretariats and administrators must use a second factor.
SOCLE_REQUIRE_SECOND_FACTOR = env_bool("SOCLE_REQUIRE_SECOND_FACTOR", IS_PRODUCTION)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "socle_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SOCLE_SESSION_IDLE_SECONDS = env_int("SOCLE_SESSION_IDLE_SECONDS", 8 * 3600)
SOCLE_SESSION_ABSOLUTE_SECONDS = env_int("SOCLE_SESSION_ABSOLUTE_SECONDS", 7 * 24 * 3600)
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"

# Headers ----------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if IS_PRODUCTION:
    SECURE_SSL_REDIRECT = env_bool("DJANGO_SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env_int("DJANGO_SECURE_HSTS_SECONDS", 365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Language and time ---------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("en", _("Anglais"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["config.formats"]

# Files -----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("SOCLE_STATIC_ROOT", VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "config.assets.finder.ThirdPartyFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000
# Pages name the hashed files only: the others would double the work of compressing and the image.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = Path(os.environ.get("SOCLE_MEDIA_ROOT", VAR_DIR / "media"))
MEDIA_URL = ""
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# The list of presence is one form: forty agencies with three people each are a thousand fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o640

# Mail ------------------------------------------------------------------------------
EMAIL_URL = os.environ.get("EMAIL_URL", "")
if EMAIL_URL:
    from config.mail import parse_email_url

    globals().update(parse_email_url(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Socle <socle@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Beside the link in List-Unsubscribe: a mailbox that `read_bounces` reads too. Empty: the link alone.
SOCLE_UNSUBSCRIBE_ADDRESS = os.environ.get("SOCLE_UNSUBSCRIBE_ADDRESS", "")
# Ends the category of mails that a signed token names: core knows no people.
SOCLE_UNSUBSCRIBER = "taskforce.services.preferences.unsubscribe_by_token"
# The weekly digest: Mondays at this hour of the person's body, sent late until Wednesday at most.
SOCLE_DIGEST_HOUR = env_int("SOCLE_DIGEST_HOUR", 7)
# Where calendars send « Accepté » and « Refusé » (ORGANIZER): the mailbox that `manage.py read_replies` reads.
SOCLE_CALENDAR_ADDRESS = os.environ.get("SOCLE_CALENDAR_ADDRESS", "") or DEFAULT_FROM_EMAIL

# Reminders of meetings: days before, and the hour in the body's time zone.
SOCLE_REMINDER_DAYS = env_ints("SOCLE_REMINDER_DAYS", "7,1")
SOCLE_REMINDER_HOUR = 8
# Days before a meeting on which members are asked for agenda items and updates; the last only who sent nothing.
SOCLE_CALL_DAYS = env_ints("SOCLE_CALL_DAYS", "10,3")
# Reminders to directors who have not designated: days before the deadline; negative: after it.
SOCLE_DESIGNATION_REMINDER_DAYS = env_ints("SOCLE_DESIGNATION_REMINDER_DAYS", "7,1,-3")
# Days before the end of a mandate at which the secretariat is told of it.
SOCLE_MANDATE_NOTICE_DAYS = env_int("SOCLE_MANDATE_NOTICE_DAYS", 60)
# What one partner's token may ask of the API in a minute.
SOCLE_API_PER_MINUTE = env_int("SOCLE_API_PER_MINUTE", 120)
# Sites whose pages may read the API in their visitors' browsers; programs of a server need no place here.
SOCLE_API_ORIGINS = env_origins("SOCLE_API_ORIGINS")

# Logs --------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"hide_tokens": {"()": "core.logs.HideTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["hide_tokens"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("SOCLE_LOG_LEVEL", "INFO")},
    # They tell every step of every document.
    "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "fontTools")},
}

# Models' checks of Django 6 arrive as warnings now; keep them visible.
warnings.filterwarnings(
    "default", category=DeprecationWarning, module=r"^(core|taskforce|interventions|meetings|config)\."
)
