"""WSGI entry point for gunicorn."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianCun.settings")
application = get_wsgi_application()

# What is loaded now stays for the life of the process, so the collector need not look through it again and again:
# about a tenth of the processor time of a page. The addresses bring the rest of the program with them.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
