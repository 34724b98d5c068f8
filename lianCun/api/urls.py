"""/api/v1/: composed from each app's addresses."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from deliberation.api import urls as deliberation
from kit.api.representation import PREFIX
from lianCun.api import views
from lianCun.api.trace import TraceView
from orgs.api import urls as orgs
from oversight.api import urls as oversight
from resources.api import urls as resources

router = SimpleRouter()
router.register("tokens", views.TokenView, basename="tokens")

APPS = [orgs.router, deliberation.router, resources.router, oversight.router, router]
views.RootView.addresses = {
    "me": f"{PREFIX}/me/",
    "timeline": f"{PREFIX}/timeline/",
    "trace": f"{PREFIX}/trace/",
    "dashboards": f"{PREFIX}/dashboards/",
    "process-quality": f"{PREFIX}/process-quality/",
    **{prefix: f"{PREFIX}/{prefix}/" for each in APPS for prefix, _, _ in each.registry},
}

urlpatterns = [
    path("", views.RootView.as_view(), name="api-root"),
    path("me/", views.MeView.as_view(), name="me"),
    path("trace/", TraceView.as_view(), name="api-trace"),
    path("timeline/", views.TimelineView.as_view(), name="timeline"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", views.DocsView.as_view(url_name="schema"), name="docs"),
    path("", include(orgs.urlpatterns)),
    path("", include(deliberation.urlpatterns)),
    path("", include(resources.urlpatterns)),
    path("", include(oversight.urlpatterns)),
    path("", include(router.urls)),
    re_path("^.*$", views.UnknownView.as_view(), name="api-unknown"),
]
