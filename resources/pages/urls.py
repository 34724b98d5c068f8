"""Addresses of the pages of 资源整合."""

from django.urls import path

from resources.pages import demands

urlpatterns = [
    path("resources/", demands.Demands.as_view(), name="resources"),
    path("demands/new/", demands.NewDemand.as_view(), name="demand-new"),
    path("demands/<uuid:pk>/", demands.DemandHome.as_view(), name="demand"),
    path("demands/<uuid:pk>/edit/", demands.ChangeDemand.as_view(), name="demand-edit"),
    path(
        "demands/<uuid:pk>/layers/<uuid:layer>/consent/", demands.ConsentToLayer.as_view(), name="demand-layer-consent"
    ),
    path("demands/<uuid:pk>/<slug:step>/", demands.DemandStep.as_view(), name="demand-step"),
]
