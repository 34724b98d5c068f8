"""The product's settings as they are; static files keep their plain names, so that no run has to collect them."""

import lianCun.settings as product

globals().update({name: getattr(product, name) for name in dir(product) if name.isupper()})

STORAGES = {
    **product.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
