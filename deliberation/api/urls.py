"""Addresses of 议事协调 under /api/v1/."""

from rest_framework.routers import SimpleRouter

from deliberation.api.views.motions import MotionView

router = SimpleRouter()
for view in (MotionView,):
    router.register(view.representation.resource, view, basename=view.representation.resource)

urlpatterns = router.urls
