"""Reads of 运行保障. List selectors return scoped querysets; the others return frozen dataclasses."""

from oversight.selectors.attention import SHOWN, Attention
from oversight.selectors.audiences import OpenItem, holders, open_item, recipients, waits_for
from oversight.selectors.catalogue import CATALOGUE, Definition
from oversight.selectors.complaints import (
    ComplaintHome,
    complaint_home,
    complaint_light,
    complaint_progress,
    complaint_steps,
    complaints,
    complaints_to_answer,
    subjects,
)
from oversight.selectors.dashboards import Dashboard, Line, Share, Shown, dashboard
from oversight.selectors.notifications import Told, notifications, reminders, told, unread, unread_shown
from oversight.selectors.rows import COLUMNS, HEADINGS, RowShown, row_shown
from oversight.selectors.slices import PARTS, Number, Slice, View, own_levels, rows_behind, view_of
from oversight.selectors.takeout import brief, register
from oversight.selectors.todos import todos

__all__ = [
    "CATALOGUE",
    "COLUMNS",
    "HEADINGS",
    "PARTS",
    "SHOWN",
    "Attention",
    "ComplaintHome",
    "Dashboard",
    "Definition",
    "Line",
    "Number",
    "OpenItem",
    "RowShown",
    "Share",
    "Shown",
    "Slice",
    "Told",
    "View",
    "brief",
    "complaint_home",
    "complaint_light",
    "complaint_progress",
    "complaint_steps",
    "complaints",
    "complaints_to_answer",
    "dashboard",
    "holders",
    "notifications",
    "open_item",
    "own_levels",
    "recipients",
    "register",
    "reminders",
    "row_shown",
    "rows_behind",
    "subjects",
    "todos",
    "told",
    "unread",
    "unread_shown",
    "view_of",
    "waits_for",
]
