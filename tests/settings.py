"""The product's settings, plus one small app of tests, cheap passwords, and nothing kept between requests."""

import os

# As in production but over plain HTTP, whatever the caller's environment says.
os.environ.update({"DEBUG": "0", "HTTPS": "0"})

import lianCun.settings as product

globals().update({name: getattr(product, name) for name in dir(product) if name.isupper()})

INSTALLED_APPS = [*product.INSTALLED_APPS, "tests.kitapp"]
# The live server serves static files itself.
MIDDLEWARE = [each for each in product.MIDDLEWARE if not each.startswith("whitenoise.")]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECRET_KEY = "tests-only"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Refusals are answers that tests expect by the thousand; a fault is still logged.
LOGGING = {
    **product.LOGGING,
    "loggers": {**product.LOGGING.get("loggers", {}), "django.request": {"level": "ERROR"}},
}
