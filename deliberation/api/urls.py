"""Addresses of 议事协调 under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from deliberation.api.views.agenda import AgendaItemView, StatementView
from deliberation.api.views.checklists import ChecklistTemplateView, ChecklistView
from deliberation.api.views.decisions import NoticeView, ObjectionView, ResolutionView, TaskView
from deliberation.api.views.meetings import AttendanceView, MeetingView
from deliberation.api.views.minutes import MinutesView
from deliberation.api.views.motions import MotionView
from deliberation.api.views.polls import PollView, VotingRuleView
from deliberation.api.views.quality import ProcessQualityView

router = SimpleRouter()
for view in (
    MotionView,
    MeetingView,
    AgendaItemView,
    AttendanceView,
    StatementView,
    MinutesView,
    PollView,
    VotingRuleView,
    ResolutionView,
    ChecklistView,
    ChecklistTemplateView,
    NoticeView,
    ObjectionView,
    TaskView,
):
    router.register(view.representation.resource, view, basename=view.representation.resource)

urlpatterns = [path("process-quality/", ProcessQualityView.as_view(), name="process-quality-figures"), *router.urls]
