"""One settings module for every environment; what differs comes from the environment (see docs/operations.md)."""

import structlog

from kit.env import ROOT, env

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("LIANCUN_DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
# Earlier keys, so that sealed secrets stay readable after a change.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # our own site stands in for Unfold's (kit.admin.site)
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "django_htmx",
    "kit",
    "orgs",
    "deliberation",
    "resources",
    "training",
    "benefits",
    "oversight",
    "lianCun",
]

MIDDLEWARE = [
    "lianCun.middleware.Room",
    "lianCun.middleware.RequestId",
    "lianCun.health.DatabaseAway",
    "django.middleware.security.SecurityMiddleware",
    "kit.security.SecurityHeaders",
    "kit.security.RefuseNul",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Judges the session before any page is asked; then nobody gets further without a login but to marked pages.
    "lianCun.middleware.SessionPolicy",
    "lianCun.middleware.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lianCun.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "lianCun.urls"
WSGI_APPLICATION = "lianCun.wsgi.application"
AUTH_USER_MODEL = "orgs.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kit.context.frame",
            ],
        },
    }
]

# The web role owns nothing; migrations, grants and triggers run as the owner ("owner" alias, same database).
_web_url = env.str("DATABASE_URL", default="postgres://liancun_web@localhost/liancun")
DATABASES = {
    "default": env.db_url_config(_web_url),
    "owner": env.db_url_config(env.str("DATABASE_OWNER_URL", default=_web_url)),
}
for _alias in ("default", "owner"):
    DATABASES[_alias].setdefault("OPTIONS", {})
    DATABASES[_alias]["OPTIONS"]["client_encoding"] = "UTF8"
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [ROOT / "locale_vendor"]

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(ROOT / "staticfiles"))
STATICFILES_DIRS = [ROOT / "static"]
# Hashed names, kept by browsers for ever; development reads the files as they lie.
_static = "django.contrib.staticfiles.storage.StaticFilesStorage"
if not DEBUG:
    _static = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2", "map"]
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(ROOT / "media"))
# Heads of the chains, one line each; copies of this file outside the machine are what proves the trail.
ANCHOR_FILE = env.str("ANCHOR_FILE", default=str(ROOT / ".state" / "anchors.txt"))

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if DEMO:
    PASSWORD_HASHERS.insert(0, "lianCun.demo.passwords.PublicPasswordHasher")

# Lengths, classes and names are judged in orgs/rules.py; Django adds its list of twenty thousand common passwords.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "initials", "work_phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
# The three administrators and 组织部 type a TOTP code at login. The demo hands out logins one may try at once.
REQUIRE_SECOND_FACTOR = not DEMO

# Wrong passwords are counted per login name and address; limits are parameters (orgs/declarations.py).
AXES_FAILURE_LIMIT = "orgs.pages.login.wrong_passwords"
AXES_COOLOFF_TIME = "orgs.pages.login.lock_time"
AXES_LOCKOUT_CALLABLE = "orgs.pages.login.locked_out"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "kit.sessions.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
# orgs.SignIn is the list of sign-ins.
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "password", "pin", "code", "current", "new", "again", "csrfmiddlewaretoken"]

# One line an event on standard error, with the id of the request it belongs to: JSON where machines read it.
_BEFORE = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]
_SHOW = structlog.dev.ConsoleRenderer(colors=False) if DEBUG or DEMO else structlog.processors.JSONRenderer()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _BEFORE,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _SHOW,
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django": {"handlers": [], "level": "INFO"}, "axes": {"level": "WARNING"}},
}

# HTTPS everywhere but on the developer's own machine and in the demo.
HTTPS = env.bool("HTTPS", default=not (DEBUG or DEMO))
SECURE_SSL_REDIRECT = HTTPS
# Probes come over plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Only behind a proxy that sets this header itself; otherwise anybody could claim to come by HTTPS.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"

# Idle minutes until a session locks; the page warns before (static/js/idle.js).
SESSION_IDLE_SECONDS = 30 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# __Host- ties the cookie to this very host, path / and HTTPS.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "lianCun.pages.refusals.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        **({"upgrade-insecure-requests": True} if HTTPS else {}),
    }
}
# Unfold's Alpine evaluates expressions and sets styles; nothing outside the admin may.
CSP_BY_PREFIX = {
    "/admin/": {
        "script-src": ["'self'", "'unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
    }
}

# The admin: its mechanisms in the order of the report; those without an open screen do not show.
ADMIN_MECHANISMS = ("组织准备", "资源整合", "联习共训", "议事协调", "利益共享", "运行保障", "系统管理")
UNFOLD = {
    "SITE_TITLE": "联村管理端",
    "SITE_HEADER": "联村管理端",
    "SITE_SUBHEADER": "联村党组织管理系统",
    "SITE_URL": "/",
    "SITE_SYMBOL": "hub",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "kit.admin.site.favicon"}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "THEME": "light",
    "BORDER_RADIUS": "8px",
    "STYLES": ["kit.admin.site.stylesheet"],
    "SIDEBAR": {"navigation": "kit.admin.site.menu"},
    # The reds of static/css/liancun.css around its --red, and its warm greys (a test compares them).
    "COLORS": {
        "primary": {
            "50": "#fbf0ee",
            "100": "#f7dfdc",
            "200": "#ecc9c5",
            "300": "#dd9c97",
            "400": "#cc6265",
            "500": "#c03a43",
            "600": "#b3202b",
            "700": "#8c1720",
            "800": "#74131b",
            "900": "#5f1218",
            "950": "#350609",
        },
        "base": {
            "50": "#faf9f7",
            "100": "#f3f1ee",
            "200": "#e6e3df",
            "300": "#d3cfca",
            "400": "#a39d97",
            "500": "#666d75",
            "600": "#535b64",
            "700": "#3f464d",
            "800": "#2b3036",
            "900": "#1f2327",
            "950": "#121518",
        },
    },
}

# The REST contract lives in kit.api; DRF's own defaults stay out of it.
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "kit.api.errors.exception_handler",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# Reverse proxies in front; the address of the caller is read from what the outermost of them wrote.
NUM_PROXIES = env.int("NUM_PROXIES", default=0)
# Requests a minute: by address and reads by person in each web process, writes by person over all processes.
API_RATES = {
    "address": env.int("API_RATE_ADDRESS", default=1200),
    "read": env.int("API_RATE_READ", default=600),
    "write": env.int("API_RATE_WRITE", default=120),
}
# Visitors of the public pages, by address: pages a minute in each web process; forms and looked-up tickets over all.
PUBLIC_RATES = {
    "read": env.int("PUBLIC_RATE_READ", default=240),
    "write": env.int("PUBLIC_RATE_WRITE", default=6),
    "write_hour": env.int("PUBLIC_RATE_WRITE_HOUR", default=30),
    "lookup": env.int("PUBLIC_RATE_LOOKUP", default=10),
    "lookup_hour": env.int("PUBLIC_RATE_LOOKUP_HOUR", default=60),
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "联村 REST 接口",
    "DESCRIPTION": "各机制同一种写法：列表、动作、拒绝、重复提交都一样。写操作须带 Idempotency-Key。",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["kit.api.schema.close_bodies"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False, "filter": True},
}

# --- what leaves the system: off until an address is given ---
MAIL_ON = bool(env.str("EMAIL_URL", default=""))
globals().update(env.email("EMAIL_URL", default="dummymail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="liancun@localhost")
# Name → {"url": …, "secret": …}; a file may hold it (WEBHOOKS_FILE).
WEBHOOKS = env.json("WEBHOOKS", default={})
# Name → address in Apprise's notation: e-mail, 企业微信, 钉钉, 飞书, SMS; see docs/operations.md. A file may hold it.
REMINDER_CHANNELS = env.json("REMINDER_CHANNELS", default={})

# --- Celery: Redis where there is one, else files in a folder of this machine ---
REDIS_URL = env.str("REDIS_URL", default="")
BROKER_FOLDER = env.str("CELERY_FOLDER", default=str(ROOT / ".state" / "broker"))
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 600, "socket_timeout": 10, "socket_connect_timeout": 5, "socket_keepalive": True}
    if REDIS_URL
    else {
        "data_folder_in": f"{BROKER_FOLDER}/messages",
        "data_folder_out": f"{BROKER_FOLDER}/messages",
        "control_folder": f"{BROKER_FOLDER}/control",
        "polling_interval": 0.1,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TIMEZONE = TIME_ZONE
# Ticks that nobody took in time are worthless: the next one does the same.
CELERY_BEAT_SCHEDULE = {"tick": {"task": "kit.tick", "schedule": 5.0, "options": {"expires": 20}}}
