"""The admin's foundations: one site, governed screens, acts. ``admin.py`` of an app declares screens with them."""

from kit.admin import logs
from kit.admin.acts import Act, Adding, Cell, Changing, Link, Panel, acts_of, lit
from kit.admin.forms import (
    ActForm,
    Choice,
    Day,
    Files,
    Moment,
    Number,
    OneOf,
    Pick,
    PickMany,
    Reason,
    ReasonForm,
    ServiceForm,
    SomeOf,
    Text,
    Words,
)
from kit.admin.governed import GovernedAdmin
from kit.admin.intake import Intake
from kit.admin.lists import Card, capped_count, glow, select_filter
from kit.admin.site import site
from kit.admin.takeout import Column

__all__ = [
    "Act",
    "ActForm",
    "Adding",
    "Card",
    "Cell",
    "Changing",
    "Choice",
    "Column",
    "Day",
    "Files",
    "GovernedAdmin",
    "Intake",
    "Link",
    "Moment",
    "Number",
    "OneOf",
    "Panel",
    "Pick",
    "PickMany",
    "Reason",
    "ReasonForm",
    "ServiceForm",
    "SomeOf",
    "Text",
    "Words",
    "acts_of",
    "capped_count",
    "glow",
    "lit",
    "logs",
    "select_filter",
    "site",
]
