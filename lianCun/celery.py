"""Celery carries ticks, nothing else: what is due stands in the database, so an emptied broker loses nothing."""

import os
from pathlib import Path

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianCun.settings")

app = Celery("lianCun")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

if not settings.REDIS_URL:
    for name in ("messages", "control"):
        Path(settings.BROKER_FOLDER, name).mkdir(mode=0o700, parents=True, exist_ok=True)
