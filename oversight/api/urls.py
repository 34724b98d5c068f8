"""/api/v1/: addresses of 运行保障."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from oversight.api import notifications, views

router = SimpleRouter()
for view in (notifications.NotificationView, notifications.ReminderView):
    router.register(view.representation.resource, view, basename=view.representation.resource)

urlpatterns = [path("dashboards/", views.DashboardView.as_view(), name="dashboards"), *router.urls]
