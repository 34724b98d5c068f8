"""The admin's foundations: one site, governed screens, acts. ``admin.py`` of an app declares screens with them."""

from kit.admin import logs
from kit.admin.acts import Act, Adding, Cell, Changing, Panel, acts_of
from kit.admin.forms import ActForm, Day, Pick, PickMany, Reason, ReasonForm, ServiceForm, Text
from kit.admin.governed import GovernedAdmin
from kit.admin.intake import Intake
from kit.admin.lists import Card, capped_count, select_filter
from kit.admin.site import site
from kit.admin.takeout import Column

__all__ = [
    "Act",
    "ActForm",
    "Adding",
    "Card",
    "Cell",
    "Changing",
    "Column",
    "Day",
    "GovernedAdmin",
    "Intake",
    "Panel",
    "Pick",
    "PickMany",
    "Reason",
    "ReasonForm",
    "ServiceForm",
    "Text",
    "acts_of",
    "capped_count",
    "logs",
    "select_filter",
    "site",
]
