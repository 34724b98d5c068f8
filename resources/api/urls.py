"""Addresses of 资源整合 under /api/v1/."""

from rest_framework.routers import SimpleRouter

from resources.api import views

router = SimpleRouter()
for view in (views.DemandView, views.DemandLayerView):
    router.register(view.representation.resource, view, basename=view.representation.resource)

urlpatterns = router.urls
