"""Addresses of the pages of 运行保障."""

from django.urls import path

from kit import sessions
from oversight.pages import complaints, dashboards, notifications

urlpatterns = [
    path("dashboard/", dashboards.Dashboard.as_view(), name="dashboard"),
    path("dashboard/trends/", dashboards.DashboardTrends.as_view(), name="dashboard-trends"),
    path("dashboard/bodies/", dashboards.DashboardBodies.as_view(), name="dashboard-bodies"),
    path("dashboard/brief/", dashboards.DashboardBrief.as_view(), name="dashboard-brief"),
    path("dashboard/rows/", dashboards.DashboardRows.as_view(), name="dashboard-rows"),
    path("dashboard/export/", dashboards.DashboardExport.as_view(), name="dashboard-export"),
    path("complaints/", complaints.Complaints.as_view(), name="complaints"),
    path(
        "complaints/new/<uuid:township>/",
        sessions.never_held(complaints.NewComplaint.as_view()),
        name="complaint-new",
    ),
    path("complaints/<uuid:pk>/", complaints.ComplaintHome.as_view(), name="complaint"),
    path("complaints/<uuid:pk>/<slug:step>/", complaints.ComplaintStep.as_view(), name="complaint-step"),
    path("notifications/", notifications.Notifications.as_view(), name="notifications"),
    path("notifications/read/", notifications.ReadAll.as_view(), name="notifications-read-all"),
    path("notifications/<uuid:pk>/open/", notifications.Open.as_view(), name="notification-open"),
    path("notifications/<uuid:pk>/read/", notifications.Read.as_view(), name="notification-read"),
    path("nudge/<str:subject>/", notifications.Nudge.as_view(), name="nudge"),
]
