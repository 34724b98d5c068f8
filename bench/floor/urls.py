"""Where the floors listen."""

from django.urls import path

from bench.floor import drf, page, raw, summary

urlpatterns = [
    path("raw/summary/", summary.counted),
    path("raw/summary/live/", summary.live),
    path("raw/postings/", raw.postings),
    path("raw/organizations/", raw.organizations),
    path("raw/postings/<uuid:pk>/", raw.posting),
    path("drf/postings/", drf.PostingViewSet.as_view({"get": "list"})),
    path("drf/organizations/", drf.OrganizationViewSet.as_view({"get": "list"})),
    path("drf/postings/<uuid:pk>/", drf.PostingViewSet.as_view({"get": "retrieve"})),
    path("page/organizations/", page.organizations),
]
