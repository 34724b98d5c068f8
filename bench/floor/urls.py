"""Where the floors listen."""

from django.urls import path

from bench.floor import demands, drf, raw, summary

urlpatterns = [
    path("raw/summary/", summary.counted),
    path("raw/summary/live/", summary.live),
    path("raw/postings/", raw.postings),
    path("raw/organizations/", raw.organizations),
    path("raw/postings/<uuid:pk>/", raw.posting),
    path("drf/postings/", drf.PostingViewSet.as_view({"get": "list"})),
    path("drf/organizations/", drf.OrganizationViewSet.as_view({"get": "list"})),
    path("drf/postings/<uuid:pk>/", drf.PostingViewSet.as_view({"get": "retrieve"})),
    path("raw/demands/", demands.listed),
    path("drf/demands/", demands.DemandViewSet.as_view({"get": "list"})),
    path("drf/written/", demands.WritingViewSet.as_view({"post": "create"})),
    # Posted as everything measured is; the framework's own way to change a row.
    path("drf/written/<uuid:pk>/", demands.WritingViewSet.as_view({"post": "partial_update"})),
    path("page/demands/", demands.page),
]
