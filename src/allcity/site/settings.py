"""Django's settings. What may differ between installations comes from `environment`, and from nowhere else."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from allcity.site.environment import environment, storage_of_files

HERE = Path(__file__).parent
ENVIRONMENT = environment()

FEATURES = (
    "accounts",
    "cities",
    "notices",
    "conversations",
    "figures",
    "directory",
    "needs",
    "partnerships",
    "finder",
    "exchange",
    "action",
    "publishing",
    "insight",
)

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key or "not-secret-and-not-for-production"  # which wsgi.py refuses there
ALLOWED_HOSTS = list(ENVIRONMENT.hosts) if ENVIRONMENT.production else ["localhost", "127.0.0.1", "[::1]"]
ROOT_URLCONF = "allcity.site.urls"
WSGI_APPLICATION = "allcity.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ADDRESS = ENVIRONMENT.address

INSTALLED_APPS = [
    "allcity.site.components",
    *(f"allcity.site.{feature}" for feature in FEATURES),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "modelcluster",
    "rules.apps.AutodiscoverRulesConfig",
    "simple_history",
    "taggit",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "modelsearch",
    "wagtail.admin",
    "wagtail",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "allcity.site.health.Health",
    "django.middleware.security.SecurityMiddleware",
    "allcity.site.protection.permissions_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "allcity.site.protection.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "allcity.site.protection.no_null_characters",
    "allcity.site.protection.upload_limit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allcity.site.accounts.middleware.UnsentMiddleware",
    "allcity.site.accounts.middleware.SecondFactorMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "allcity.site.publishing.middleware.OwnCitiesAlone",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "allcity.site.components.templatetags.components",
            ],
        },
    }
]

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        ENVIRONMENT.database_url or f"sqlite:///{(ENVIRONMENT.data / 'allcity.sqlite3').absolute()}",
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers wait for each other instead of failing, and readers never wait for a writer.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,  # bringing in a large city holds the lock for half a minute
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
    }

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
CSRF_FAILURE_VIEW = "allcity.site.accounts.unsent_views.not_taken"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "notices:work"
ACCOUNT_ADAPTER = "allcity.site.accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "allcity.site.accounts.forms.SignUpFields"
ACCOUNT_FORMS = {
    "login": "allcity.site.accounts.entrance_forms.SignIn",
    "request_login_code": "allcity.site.accounts.entrance_forms.AskForCode",
    "signup": "allcity.site.accounts.entrance_forms.SignUp",
    "add_email": "allcity.site.accounts.entrance_forms.AddAddress",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = str
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "allcity.site.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {"add_webauthn": "allcity.site.accounts.passkey_forms.AddPasskey"}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Allcity"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_WEBAUTHN_USER_VERIFICATION = (
    "required"  # a passkey is then two factors: the device, and its owner's finger, face or PIN
)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.production
SOCIALACCOUNT_FORMS = {"signup": "allcity.site.accounts.entrance_forms.SignUpElsewhere"}
SOCIALACCOUNT_AUTO_SIGNUP = False  # everybody answers whether they are 13 or older
SOCIALACCOUNT_LOGIN_ON_GET = True  # after a form, the policy of content would let nobody go on to another host
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # an address that the server has verified leads to the account that has it
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "single-sign-on",
                "name": ENVIRONMENT.oidc_name or ENVIRONMENT.oidc_server_url,
                "client_id": ENVIRONMENT.oidc_client_id,
                "secret": ENVIRONMENT.oidc_client_secret,
                "settings": {"server_url": ENVIRONMENT.oidc_server_url},
            }
        ]
        if ENVIRONMENT.oidc_server_url
        else [],
    }
}
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False

TASKS: dict[str, Any] = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Counts of attempts to sign in, and Wagtail's paths: shared by all processes, and no query.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": ENVIRONMENT.data / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    # Pages that are the same for everybody, some 20 kB each: made once for all processes, which is what takes time.
    "pages": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": ENVIRONMENT.data / "pages",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
}

DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from or "Allcity <allcity@localhost>"
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = ENVIRONMENT.data / "mail"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
if ENVIRONMENT.mail_host and not ENVIRONMENT.demo:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = ENVIRONMENT.mail_host, ENVIRONMENT.mail_port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENVIRONMENT.mail_user, ENVIRONMENT.mail_password
    EMAIL_USE_TLS = ENVIRONMENT.mail_encryption == "starttls"
    EMAIL_USE_SSL = ENVIRONMENT.mail_encryption == "tls"
MAIL_PROVIDER = ENVIRONMENT.mail_provider
ANYMAIL = {
    "WEBHOOK_SECRET": ENVIRONMENT.mail_webhook_secret,
    "MAILGUN_WEBHOOK_SIGNING_KEY": ENVIRONMENT.mail_webhook_key,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["errors"], "level": "WARNING"},
    "loggers": {
        # What a reader did wrong is no error of the site.
        "django": {"handlers": ["errors"], "level": "ERROR", "propagate": False},
    },
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data / "static"
STATICFILES_DIRS = [HERE / "static", ("allcity/report", HERE.parent / "reports" / "static")]
MEDIA_ROOT = ENVIRONMENT.data / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": storage_of_files(ENVIRONMENT),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

WAGTAIL_SITE_NAME = "Allcity"
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_AUTOSAVE_INTERVAL = 0  # a new page published while a draft of it is being saved would be made twice, and fail
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILIMAGES_IMAGE_MODEL = "publishing.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "allcity.site.publishing.media.wagtail_forms.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "heif", "jpeg", "jpg", "png", "webp"]  # SVG can hold programs
WAGTAILDOCS_SERVE_METHOD = "serve_view"  # from a bucket too: an address of its own would outlive what may be seen
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "txt", "xlsx"]
WAGTAILADMIN_BASE_URL = SITE_ADDRESS
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

MAP_TILES: dict[str, Any] | None = (
    {"tiles": [ENVIRONMENT.map_tiles], "attribution": ENVIRONMENT.map_attribution} if ENVIRONMENT.map_tiles else None
)
TILE_HOSTS = ["{0.scheme}://{0.netloc}".format(urlsplit(ENVIRONMENT.map_tiles))] if ENVIRONMENT.map_tiles else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF, *TILE_HOSTS],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
if ENVIRONMENT.production:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
if ENVIRONMENT.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SILENCED_SYSTEM_CHECKS = ["wagtailadmin.W003"]
