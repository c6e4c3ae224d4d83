"""All settings. The environment is read here, once; .env.example lists the variables."""

import sys
from urllib.parse import urlsplit

from config import environment as env
from config import sign_in_settings as sign_in
from config.celery_settings import *  # noqa: F403
from config.logs import logging_config
from config.rest import openapi
from config.sign_in_settings import *  # noqa: F403

BASE_DIR = env.BASE_DIR

# --- what the environment says ---------------------------------------------------------------------------------------
try:
    VAR_DIR = env.writable_folder("VAR_DIR", BASE_DIR / "var")
    REDIS_URL = env.broker("REDIS_URL")
    EMBEDDED = not REDIS_URL  # one process, SQLite by default, the broker in memory
    DEMO = env.flag("DEMO", default=EMBEDDED and not env.text("DATABASE_URL"))
    DEBUG = env.flag("DEBUG", default=False)
    SECRET_KEY = env.secret_key(
        "SECRET_KEY", keep_in=VAR_DIR / "secret_key" if EMBEDDED or DEMO else None, strict=not DEMO
    )
    AUDIT_KEY = env.audit_key("AUDIT_KEY")  # empty: the audit seals are made with SECRET_KEY
    DATABASE = env.database("DATABASE_URL", VAR_DIR)
    MAIL = env.mail("EMAIL_URL", without="templates_app.backends.OutboxBackend")
    HOST, PORT = env.text("HOST", "127.0.0.1"), env.port("PORT", 8000)
    BASE_URL = env.web_address("BASE_URL", f"http://{'127.0.0.1' if HOST in ('0.0.0.0', '::') else HOST}:{PORT}")
    TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
    HEARTBEAT_URL = env.web_address("HEARTBEAT_URL")
    SLACK_WEBHOOK_URL = env.web_address("SLACK_WEBHOOK_URL")
    INBOUND_ADDRESS = env.mailbox("INBOUND_ADDRESS")  # empty: the desk takes no mail
    WEBHOOK_NETWORKS = env.networks("WEBHOOK_NETWORKS")
    API_RATE = env.rate("API_RATE", "6000/min")  # of each token, or person signed in
    API_FAILED_RATE = env.rate("API_FAILED_RATE", "60/min")  # refused sign-ins of each address
    OIDC = sign_in.oidc()  # empty: nobody comes by single sign-on
except env.WrongSetting as wrong:
    # Not an exception: whoever starts this should read the sentence, not a traceback.
    raise SystemExit(f"Switchback cannot start: {wrong}") from None

ORGANISATION = env.text("ORGANISATION", "Switchback")
SITE_HOST = urlsplit(BASE_URL).hostname or "localhost"
HTTPS = BASE_URL.startswith("https://")  # then a proxy that ends TLS stands in front, and its headers are believed

# --- apps ------------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "contacts",
    "escalations",
    "templates_app",
    "metrics",
    "config",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",  # its widgets' templates
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "drf_spectacular",
    "rest_framework",
]

MIDDLEWARE = [
    "config.head.HeadHasNoBody",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.zipped.Zipped",  # pages; static files are compressed already
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.whereabouts.NoteWhereabouts",
    "config.nul.RefuseNul",
    "config.zones.PersonalTimeZone",
    "config.languages.PersonalLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.second_factor.SetUpFirst",
    "config.kept.KeepWhatWasTyped",
    "config.once.DoneOnce",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # field templates come from config/templates

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.shell",
            ],
        },
    },
]

# --- database and cache ----------------------------------------------------------------------------------------------
# No ATOMIC_REQUESTS: on SQLite every page view would then take the write lock.
DATABASES = {"default": DATABASE}
if "sqlite" in DATABASE["ENGINE"]:
    DATABASE["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",  # a deferred lock upgrade fails at once, whatever the timeout
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; "
            "PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864;"
        ),
    }
else:
    DATABASE.update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
    DATABASE["OPTIONS"] = {"connect_timeout": 5, **DATABASE.get("OPTIONS", {})}

REDIS_CACHE = {
    "LOCATION": REDIS_URL,
    "KEY_PREFIX": "switchback",
    "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
}
LOCAL_CACHE = "django.core.cache.backends.locmem.LocMemCache"  # embedded there is one process
CACHES = {
    # Room for the counters of rate limits: what is full forgets.
    "default": {"BACKEND": LOCAL_CACHE, "OPTIONS": {"MAX_ENTRIES": 10_000}}
    if EMBEDDED
    else {"BACKEND": "config.cache.SpareCache", **REDIS_CACHE},
    "sessions": {"BACKEND": LOCAL_CACHE, "LOCATION": "sessions"}
    if EMBEDDED
    else {"BACKEND": "config.cache.SharedCache", **REDIS_CACHE, "KEY_PREFIX": "switchback-sessions"},
}
SESSION_ENGINE = "config.sessions"
SESSION_CACHE_ALIAS = "sessions"

# --- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "contacts.User"
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{ORGANISATION}] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
SOCIALACCOUNT_PROVIDERS = sign_in.providers(OIDC)  # the rest of it is in sign_in_settings.py

# --- the browser -----------------------------------------------------------------------------------------------------
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [SITE_HOST, *(["*"] if DEMO and HOST in ("0.0.0.0", "::") else [])]
ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]  # health checks from the same machine
CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(BASE_URL))] if HTTPS else []
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.faults.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'", *([OIDC["origin"]] if OIDC else [])],  # the button of single sign-on leads there
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

# --- files -----------------------------------------------------------------------------------------------------------
# Fingerprinted once `make setup` has collected them; from the apps' folders before that and while developing.
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".static"
COLLECTED = not DEBUG and ("collectstatic" in sys.argv or (STATIC_ROOT / "staticfiles.json").exists())
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not COLLECTED
WHITENOISE_MANIFEST_STRICT = False  # a file that was not collected is a missing picture, not an error page
MEDIA_ROOT = VAR_DIR / "files"  # outside what the web server serves; views hand them out

# --- words and time --------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # each in its own words
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True

# --- mail ------------------------------------------------------------------------------------------------------------
globals().update(MAIL)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{ORGANISATION} <escalations@{SITE_HOST}>")

# --- Slack and webhooks, at addresses that people typed --------------------------------------------------------------
WEBHOOK_HTTP = DEMO or DEBUG  # else https alone
WEBHOOK_TIMEOUT = 5  # seconds for one request, from looking up the name to the answer

# --- REST API --------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "contacts.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.problems.exception_handler",
}
SPECTACULAR_SETTINGS = {**openapi.SETTINGS, "SERVE_INCLUDE_SCHEMA": False}

# --- the engine ------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(embedded=EMBEDDED)  # noqa: F405

LOGGING = logging_config(plain=EMBEDDED or DEBUG)
LOGGING_CONFIG = "config.logs.configure"
