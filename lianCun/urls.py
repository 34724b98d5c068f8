"""The address plan: pages at /, admin at /admin/, REST at /api/v1/."""

from django.urls import include, path

from kit.admin import site
from lianCun import health
from lianCun.pages import refusals

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("admin/", site.urls),
    path("api/v1/", include("lianCun.api.urls")),
    path("", include("lianCun.pages.urls")),
    path("", include("orgs.pages.account_urls")),
]

handler400 = refusals.bad_request
handler403 = refusals.permission_denied
handler404 = refusals.not_found
handler500 = refusals.server_error
