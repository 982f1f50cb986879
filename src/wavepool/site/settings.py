"""Settings: they locate the outside world, nothing else; every one comes from the environment.

Business terms are versioned policies, never settings. A default is safe: without
an environment this is a site on loopback, on SQLite, that sends nothing anywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from wavepool.site.logs import logging_config
from wavepool.site.sqlite import INIT_COMMAND, use_safe_sqlite

use_safe_sqlite()
env = environ.Env()
HERE = Path(__file__).parent

# Where this machine keeps its data: the embedded database, the fact lake, uploads.
DATA_DIR = Path(env.str("WAVEPOOL_DATA", "wavepool-data")).absolute()
IS_DEMO = env.bool("WAVEPOOL_DEMO", False)
DEBUG = env.bool("WAVEPOOL_DEBUG", False)
# Without a key of the operator's, sessions end with the process.
SECRET_KEY = env.str("WAVEPOOL_SECRET_KEY", "") or get_random_secret_key()
SECRET_KEY_FALLBACKS = env.list("WAVEPOOL_OLD_SECRET_KEYS", default=[])
# Seals document numbers: the same for the life of the store, or one person becomes two.
SEAL_KEY = env.str("WAVEPOOL_SEAL_KEY", "") or SECRET_KEY
ALLOWED_HOSTS = env.list("WAVEPOOL_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("WAVEPOOL_ORIGINS", default=[])
# Where files of others are fetched from: an origin with a host of its own; without it, the site's.
FILES_ORIGIN = env.str("WAVEPOOL_FILES_ORIGIN", "").rstrip("/")
if FILES_ORIGIN:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, urlsplit(FILES_ORIGIN).hostname or ""]
# Whether people reach the site by HTTPS; only a site on loopback does without.
IS_SECURE = env.bool("WAVEPOOL_HTTPS", False)
# File with an Ed25519 private key (PEM) that signs heads of the audit trail; without it, the
# secret key does.
AUDIT_KEY = env.str("WAVEPOOL_AUDIT_KEY", "")
# What a scraper of /metrics must show; without it, only private networks may read.
METRICS_TOKEN = env.str("WAVEPOOL_METRICS_TOKEN", "")
# Who takes payments: "sandbox" moves no money; empty closes the till.
PAYMENTS = env.str("WAVEPOOL_PAYMENTS", "sandbox" if IS_DEMO else "")
# By which rails payouts leave: "sandbox" moves no money, "batch-file" is taken to a bank by staff.
PAYOUT_RAILS = env.list(
    "WAVEPOOL_PAYOUT_RAILS", default=["sandbox", "batch-file"] if IS_DEMO else []
)
# Where the sandbox's bank is served; empty: it stands in this process.
SANDBOX_PAYOUTS_URL = env.str("WAVEPOOL_SANDBOX_PAYOUTS_URL", "")
# Where events are taken in: the edge's address, the web origins that may send to it from a
# browser, and what one source may send. Empty: it stands beside the site, one port above.
EDGE_URL = env.str("WAVEPOOL_EDGE_URL", "")
EDGE_ORIGINS = env.list("WAVEPOOL_EDGE_ORIGINS", default=[])
EDGE_EVENTS_PER_SECOND = env.int("WAVEPOOL_EDGE_EVENTS_PER_SECOND", 50_000)
# How many proxies of the operator's own stand in front; addresses beyond them are hearsay.
PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("WAVEPOOL_PROXIES", 0)

INSTALLED_APPS = [
    "wavepool.site",
    "wavepool.plumbing",
    "wavepool.domains.people",
    "wavepool.domains.policies",
    "wavepool.domains.catalog",
    "wavepool.domains.ledger",
    "wavepool.domains.content",
    "wavepool.domains.events",
    "wavepool.domains.orders",
    "wavepool.domains.live",
    "wavepool.domains.credits",
    "wavepool.domains.risk",
    "wavepool.domains.scores",
    "wavepool.domains.programmes",
    "wavepool.domains.pools",
    "wavepool.domains.statements",
    "wavepool.domains.payouts",
    "wavepool.domains.insights",
    "wavepool.connectors.batch_files",
    "wavepool.connectors.sandbox_payments",
    "wavepool.connectors.sandbox_payouts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",  # asked for by pages of the sign-in library
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "ninja",
]
MIDDLEWARE = [
    "wavepool.site.middleware.RequestMiddleware",
    "wavepool.site.metrics.MetricsMiddleware",
    "wavepool.plumbing.visitors.VisitorMiddleware",
    "wavepool.plumbing.api.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "wavepool.site.files.FilesOriginMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wavepool.site.twins.TwinMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "wavepool.site.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wavepool.site.middleware.ErrorMiddleware",
    "wavepool.site.middleware.AccessMiddleware",
]
ROOT_URLCONF = "wavepool.site.urls"
WSGI_APPLICATION = "wavepool.site.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "wavepool.site.templatetags.house",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "wavepool.site.context.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": {
        **env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'wavepool.sqlite3'}"),
        "ATOMIC_REQUESTS": False,
    }
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at the start, so a transaction never fails half way for it.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": INIT_COMMAND,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "optional" if IS_DEMO else "mandatory"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "wavepool.site.adapters.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "wavepool.site.forms.ResetPasswordForm"}
MFA_FORMS = {
    "authenticate": "wavepool.site.forms.SecondFactorForm",
    "reauthenticate": "wavepool.site.forms.SecondFactorAgainForm",
}
# Ours count in the database, exactly; allauth's count in the cache of one process.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reset_password": None}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_SECURE
EMAIL_CONFIG = env.email_url("WAVEPOOL_EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("WAVEPOOL_EMAIL_FROM", "wavepool@localhost")

LANGUAGE_CODE = env.str("WAVEPOOL_LANGUAGE", "en")
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LANGUAGE_COOKIE_NAME = "wavepool_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
# The zone in which the operator's days and months begin.
OPERATOR_ZONE = env.str("WAVEPOOL_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
# Where `collectstatic` puts named-by-content files; without it they come from the package.
STATIC_ROOT = env.str("WAVEPOOL_STATIC", "") or None
_STATIC_FILES = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if STATIC_ROOT
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_FILES},
}
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
MEDIA_ROOT = DATA_DIR / "uploads"
MEDIA_URL = "/media/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
FILE_UPLOAD_PERMISSIONS = 0o600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:", "blob:", *([FILES_ORIGIN] if FILES_ORIGIN else [])],
        "manifest-src": [SELF],
        "media-src": [SELF, "blob:"],
        "script-src": [SELF, NONCE],
        # Charts style what they draw through the object model, which needs no leave.
        "style-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 63_072_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_SECURE
SECURE_HSTS_PRELOAD = IS_SECURE
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_NAME = "__Host-session" if IS_SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_SECURE else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600

# One JSON object a line on standard error; "text" is for a person's eyes.
LOGGING = logging_config(
    level=env.str("WAVEPOOL_LOG_LEVEL", "INFO"),
    is_json=env.str("WAVEPOOL_LOG_FORMAT", "json") == "json",
)
