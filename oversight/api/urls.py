"""/api/v1/: addresses of 运行保障."""

from django.urls import path

from oversight.api import views

urlpatterns = [path("dashboards/", views.DashboardView.as_view(), name="dashboards")]
