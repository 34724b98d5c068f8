"""Addresses of 组织准备 under /api/v1/."""

from rest_framework.routers import SimpleRouter

from orgs.api import views

router = SimpleRouter()
for view in (
    views.DivisionView,
    views.OrganizationView,
    views.JointOrgView,
    views.MembershipView,
    views.PersonView,
    views.PostingView,
):
    router.register(view.representation.resource, view, basename=view.representation.resource)

urlpatterns = router.urls
