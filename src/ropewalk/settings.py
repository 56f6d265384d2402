"""Django's settings. What an operator may set is read here from the environment, and nowhere else.

Everything an installation keeps lies under ROPEWALK_HOME; nothing else needs to be set to try it.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
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


def refused(name: str, words: str) -> ImproperlyConfigured:
    """What is raised where a variable has a value that can't be; `words` say what can."""
    return ImproperlyConfigured(f"{name} is {os.environ.get(name, '')!r}. {words}")


def listed(name: str, default: str = "", *, like: str, words: str) -> list[str]:
    """An environment variable as a list with commas; refused at start where one of them isn't `like` that."""
    text = os.environ.get(name, "").strip() or default
    found = [one.strip() for one in text.split(",") if one.strip()]
    if (text and not found) or not all(re.fullmatch(like, one, re.IGNORECASE) for one in found):
        raise refused(name, words)
    return found


def owners_alone(path: str, flags: int) -> int:
    """Opens a file that nobody else may read from its first moment on."""
    return os.open(path, flags, 0o600)


def kept_secret(path: Path) -> str:
    """The secret in a file only the owner may read; made on first use."""
    try:
        if not path.exists():
            path.parent.mkdir(
                parents=True, exist_ok=True, mode=0o700
            )  # where it is there already, it stays as it is
            with suppress(FileExistsError), open(path, "x", opener=owners_alone) as file:
                file.write(secrets.token_urlsafe(50))
        for _ in range(40):  # another process may have made it this moment and not written it yet
            if secret := path.read_text().strip():
                return secret
            time.sleep(0.05)
    except OSError as error:
        raise ImproperlyConfigured(
            f"Nothing can be kept in {path.parent}: {error.strerror}. Set ROPEWALK_HOME to a folder of whoever runs Ropewalk, or say this "
            "as that user."
        ) from None
    raise ImproperlyConfigured(f"{path} is empty. Bring the key back from where keys are kept.")


def home() -> Path:
    """The folder in which everything is kept."""
    try:
        return Path(
            os.environ.get("ROPEWALK_HOME") or user_data_dir("ropewalk", appauthor=False)
        ).expanduser()
    except RuntimeError:
        raise refused("ROPEWALK_HOME", "There is no such user: say the folder's whole path.") from None


LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
HOST_NAME = r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?"
HOST = rf"{HOST_NAME}|\[[0-9a-f:.]+\]"
HOME = home()
DEMO_MODE = flag("ROPEWALK_DEMO")  # one-click sign-in as the cast; only `ropewalk demo` switches it on
CLOCK_MOVABLE = False  # tests alone set this
SECURE = flag("ROPEWALK_SECURE")  # behind https: cookies are marked Secure

SECRET_KEY = os.environ.get("ROPEWALK_SECRET_KEY", "")
if not SECRET_KEY.strip():
    SECRET_KEY = kept_secret(HOME / "secret_key")
DATA_KEYS = listed(  # seal private notes and passwords; newest first, and never in a database or a backup
    "ROPEWALK_DATA_KEYS",
    like=".+",
    words="Say a key, or several with commas; unset it to use the file in ROPEWALK_HOME.",
) or [kept_secret(HOME / "data_key")]
ALLOW_HOSTS = listed(  # hosts inside the operator's network that may be called
    "ROPEWALK_ALLOW_HOSTS", like=HOST, words="Say names with commas, such as mail.internal, without a port."
)
DEBUG = False
ALLOWED_HOSTS = listed(
    "ROPEWALK_HOSTS",
    ",".join(LOOPBACK),
    like=rf"\*|\.?({HOST})",
    words="Say names with commas, such as ropewalk.example.com, without https:// and without a port.",
)
CSRF_TRUSTED_ORIGINS = [
    origin.rstrip("/")
    for origin in listed(
        "ROPEWALK_ORIGINS",
        like=rf"https?://(\*\.)?({HOST})(:[0-9]+)?/?",
        words="Say whole origins with commas, such as https://ropewalk.example.com.",
    )
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
    "ropewalk.pages.trouble.TextAlone",
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
            "CONN_MAX_AGE": None,  # opening the file costs as much as four questions
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 5,  # seconds
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    return postgresql("ROPEWALK_DATABASE_URL", url)


def postgresql(name: str, url: str) -> dict[str, Any]:
    """What a URL of a PostgreSQL says; refused at start where it can't be one. Its password stands in no refusal."""
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            f"{name} must name a PostgreSQL: postgresql://user:password@host:5432/name. "
            "Unset it to use the file in ROPEWALK_HOME."
        )
    try:
        found = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} can't be read: a port is a number, and signs such as @ or / in a password are written %40 or %2F."
        ) from None
    if not found.get("NAME"):
        raise ImproperlyConfigured(f"{name} names no database: add /name at its end.")
    return found


DATABASES = {"default": database(os.environ.get("ROPEWALK_DATABASE_URL", "").strip())}
FACTS_FILE = HOME / "facts.duckdb"
FACTS_URL = os.environ.get("ROPEWALK_FACTS_URL", "").strip()  # a PostgreSQL instead of the file
if FACTS_URL:
    postgresql("ROPEWALK_FACTS_URL", FACTS_URL)
FACTS_SCHEMA = os.environ.get("ROPEWALK_FACTS_SCHEMA", "").strip() or "ropewalk_facts"
if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,62}", FACTS_SCHEMA):
    raise refused("ROPEWALK_FACTS_SCHEMA", "A schema's name has letters, digits and _, 63 at most.")
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
ACCOUNT_RATE_LIMITS = {  # a whole company may sit behind one address
    "login": "300/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE else 0  # whose address counts: the last one that the proxy names

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

SESSION_ENGINE = "ropewalk.pages.sign_in.sessions"
SESSION_COOKIE_NAME = "__Host-ropewalk" if SECURE else "ropewalk"
CSRF_COOKIE_NAME = "__Host-ropewalk-csrf" if SECURE else "ropewalk-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # subdomains of this name may be somebody else's, without https
    "security.W008",  # plain http is sent on by the proxy, which alone is asked by it
    "security.W021",  # whether browsers know the name beforehand is for the owner of the domain to ask
]
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

LOG = os.environ.get("ROPEWALK_LOG", "").strip().upper() or "WARNING"
if LOG not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
    raise refused("ROPEWALK_LOG", "Say DEBUG, INFO, WARNING, ERROR or CRITICAL.")
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
    "root": {"handlers": ["stderr"], "level": LOG},
}
