"""Addresses of the pages of 议事协调."""

from django.urls import path

from deliberation.pages import board, briefs, decisions, feeds, home, meetings, motions, papers, polls, room
from kit import sessions

urlpatterns = [
    path("deliberation/", home.Deliberation.as_view(), name="deliberation"),
    path("calendar/", feeds.CalendarHome.as_view(), name="calendar"),
    path("calendar/revoke/", feeds.RevokeCalendar.as_view(), name="calendar-revoke"),
    path("calendar/<str:secret>.ics", feeds.CalendarFile.as_view(), name="calendar-feed"),
    path("briefs/", briefs.Briefs.as_view(), name="briefs"),
    path("motions/new/", motions.NewMotion.as_view(), name="motion-new"),
    path("motions/<uuid:pk>/", motions.MotionHome.as_view(), name="motion"),
    path("motions/<uuid:pk>/edit/", motions.ChangeMotion.as_view(), name="motion-edit"),
    path("motions/<uuid:pk>/<slug:step>/", motions.MotionStep.as_view(), name="motion-step"),
    path("meetings/", home.Meetings.as_view(), name="meetings"),
    path("meetings/new/", meetings.NewMeeting.as_view(), name="meeting-new"),
    path("meetings/<uuid:pk>/", meetings.MeetingHome.as_view(), name="meeting"),
    path("meetings/<uuid:pk>/edit/", meetings.ChangeMeeting.as_view(), name="meeting-edit"),
    path("meetings/<uuid:pk>/live/", room.Live.as_view(), name="meeting-live"),
    path("meetings/<uuid:pk>/live/room/", sessions.background(room.Live.as_view()), name="meeting-room"),
    path("meetings/<uuid:pk>/live/<slug:step>/", room.SittingStep.as_view(), name="sitting-step"),
    path("meetings/<uuid:pk>/watch/", sessions.background(meetings.MeetingWatch.as_view()), name="meeting-watch"),
    path("meetings/<uuid:pk>/sign-in/", meetings.SignIn.as_view(), name="meeting-sign-in"),
    path("meetings/<uuid:pk>/<slug:step>/", meetings.MeetingStep.as_view(), name="meeting-step"),
    path("agenda-items/<uuid:pk>/<slug:step>/", room.ItemStep.as_view(), name="item-step"),
    path("attendances/<uuid:pk>/<slug:step>/", room.AttendanceStep.as_view(), name="attendance-step"),
    path("papers/<slug:kind>/<uuid:pk>/", papers.IssuePaper.as_view(), name="paper"),
    path("polls/<uuid:pk>/", polls.PollHome.as_view(), name="poll"),
    path("polls/<uuid:pk>/watch/", sessions.background(polls.PollWatch.as_view()), name="poll-watch"),
    path("polls/<uuid:pk>/<slug:step>/", sessions.never_held(polls.PollStep.as_view()), name="poll-step"),
    path("resolutions/<uuid:pk>/", decisions.ResolutionHome.as_view(), name="resolution"),
    path("resolutions/<uuid:pk>/<slug:step>/", decisions.ResolutionStep.as_view(), name="resolution-step"),
    path("public/", board.Board.as_view(), name="public-board"),
    path("public/notices/<uuid:pk>/", board.Notice.as_view(), name="public-notice"),
    path("public/notices/<uuid:pk>/notice.txt", board.NoticeText.as_view(), name="public-notice-text"),
    path("public/notices/<uuid:pk>/object/", sessions.never_held(board.Object.as_view()), name="notice-object"),
    path("objections/<uuid:pk>/answer/", decisions.AnswerObjection.as_view(), name="objection-answer"),
    path("objections/<uuid:pk>/review/", decisions.ReviewObjection.as_view(), name="objection-review"),
    path("objections/<uuid:pk>/return/", decisions.ReturnAnswer.as_view(), name="objection-return"),
    path("tasks/<uuid:pk>/", decisions.TaskHome.as_view(), name="task"),
    path("tasks/<uuid:pk>/<slug:step>/", decisions.TaskStep.as_view(), name="task-step"),
]
