"""The address plan: pages at /, admin at /admin/, REST at /api/v1/."""

from django.urls import path

from lianCun import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
