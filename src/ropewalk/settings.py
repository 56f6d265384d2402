"""Django's settings. What an operator may set is read here from the environment, and nowhere else.

Everything an installation keeps lies under ROPEWALK_HOME; nothing else needs to be set to try it.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from platformdirs import user_data_dir


def flag(name: str, default: bool = False) -> bool:
    """An environment variable as yes or no; anything else is refused at start."""
    text = os.environ.get(name, "").strip().lower()
    if text in ("", "1", "yes", "true", "on", "0", "no", "false", "off"):
        return text in ("1", "yes", "true", "on") if text else default
    raise ImproperlyConfigured(f"{name} is {text!r}. Say yes or no.")


def kept_secret(path: Path) -> str:
    """The secret in a file only the owner may read; made on first use."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
        return path.read_text().strip()


HOME = Path(os.environ.get("ROPEWALK_HOME") or user_data_dir("ropewalk", appauthor=False)).expanduser()
DEMO_MODE = flag("ROPEWALK_DEMO")  # one-click sign-in as the cast; only `ropewalk demo` switches it on
CLOCK_MOVABLE = False  # tests alone set this
SECURE = flag("ROPEWALK_SECURE")  # behind https: cookies are marked Secure

SECRET_KEY = os.environ.get("ROPEWALK_SECRET_KEY") or kept_secret(HOME / "secret_key")
DATA_KEYS = [  # seal other servers' passwords; newest first, and never in a database or a backup
    key.strip() for key in os.environ.get("ROPEWALK_DATA_KEYS", "").split(",") if key.strip()
] or [kept_secret(HOME / "data_key")]
ALLOW_HOSTS = [  # hosts inside the operator's network that may be called
    host.strip() for host in os.environ.get("ROPEWALK_ALLOW_HOSTS", "").split(",") if host.strip()
]
DEBUG = False
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("ROPEWALK_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
    if host.strip()
]
CSRF_TRUSTED_ORIGINS = [
    origin.strip() for origin in os.environ.get("ROPEWALK_ORIGINS", "").split(",") if origin.strip()
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
    "allauth",
    "allauth.account",
    "ropewalk.journal",
    "ropewalk.companies",
    "ropewalk.facts",
    "ropewalk.plans",
    "ropewalk.versions",
    "ropewalk.individual_plans",
    "ropewalk.rollout",
    "ropewalk.reviews",
    "ropewalk.jobs",
    "ropewalk.pages",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ropewalk.pages.headers.kept_nowhere",  # static files are answered before it, and may be kept
    "ropewalk.pages.health.page.whatever_the_host",
    "ropewalk.pages.one_moment.Patient",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "ropewalk.urls"
WSGI_APPLICATION = "ropewalk.wsgi.application"

PAGES = Path(__file__).parent / "pages"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PAGES],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    }
]
COTTON_DIR = "components"


def database(url: str) -> dict[str, Any]:
    """Where people and plans are kept: a file in the home, or the PostgreSQL that the URL names."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "ropewalk.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 5,  # seconds
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "ROPEWALK_DATABASE_URL must name a PostgreSQL: postgresql://user:password@host:5432/name. "
            "Unset it to use the file in ROPEWALK_HOME."
        )
    found = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    if not found.get("NAME"):
        raise ImproperlyConfigured("ROPEWALK_DATABASE_URL names no database: add /name at its end.")
    return found


DATABASES = {"default": database(os.environ.get("ROPEWALK_DATABASE_URL", "").strip())}
FACTS_FILE = HOME / "facts.duckdb"
FACTS_URL = os.environ.get("ROPEWALK_FACTS_URL", "").strip()  # a PostgreSQL instead of the file
if FACTS_URL and not FACTS_URL.startswith(("postgres://", "postgresql://")):
    raise ImproperlyConfigured(
        "ROPEWALK_FACTS_URL must name a PostgreSQL: postgresql://user:password@host:5432/name. "
        "Unset it to use the file in ROPEWALK_HOME."
    )
FACTS_SCHEMA = os.environ.get("ROPEWALK_FACTS_SCHEMA", "ropewalk_facts")
REMEMBERS_WORLDS = os.environ.get("ROPEWALK_SERVES") == "yes"  # only the server asks the same again and again
TALLY_KEEPER = "ropewalk.metrics.keeping.Keeper"  # told of every change of facts, which know no metric

FILE_UPLOAD_HANDLERS = ["ropewalk.pages.importing.quota.Quota"]
AUTH_USER_MODEL = "companies.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email",)},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the invitation that reached it
ACCOUNT_ADAPTER = "ropewalk.pages.sign_in.adapter.Adapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [("", PAGES / "static"), ("components", PAGES / "components")]
STATIC_ROOT = None  # files are served from the package; nothing has to be collected
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = flag("ROPEWALK_RELOAD")

SESSION_COOKIE_NAME = "__Host-ropewalk" if SECURE else "ropewalk"
CSRF_COOKIE_NAME = "__Host-ropewalk-csrf" if SECURE else "ropewalk-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "ropewalk.lib.discreet.Discreet",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ROPEWALK_LOG", "WARNING").upper()},
}
