"""Loading the demo: the report's figures, and nowhere but in a demo."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from lianCun.demo import load
from orgs.models import Organization, Person
from resources import selectors as resources
from resources.models import Demand

NOW = timezone.now()


def test_the_figures_of_the_report(db):
    load.load(now=NOW)
    sanjiang = Demand.objects.filter(kind="villager_request", unit__path__startswith="d511902/t107/")
    assert sanjiang.count() == 521
    assert sanjiang.filter(state__in=["closed", "confirmed"]).count() == 321
    # 321 answered, the others wait for somebody outside or are new: nobody's workbench drowns in them.
    todos = resources.todos(person=Person.objects.get(username="chenli"), on=timezone.localdate(NOW))
    assert len(todos) <= 12


def test_the_demo_is_loaded_nowhere_else(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="first_run"):
        call_command("load_demo")
    assert not Organization.objects.exists()
