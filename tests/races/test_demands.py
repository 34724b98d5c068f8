"""One demand from two devices: handed in once, whatever is pressed twice (L9, S4), with and without the guards."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from kit import idempotency
from kit.models.facts import Fact
from resources.models import DEMAND, Demand
from resources.services import demands
from tests.cast import make_cast
from tests.races.crowd import ROUNDS, Crossing, counted, rush
from tests.resources.test_demands import NOW, submitted, written

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

DEVICES = 8


def handed_in() -> int:
    return Fact.objects.filter(event="resources.demand.submitted").count()


def test_a_draft_submitted_from_eight_devices_is_handed_in_once():
    cast = make_cast()
    row = written(cast)
    submit = lambda: demands.submit_demand(actor=cast.secretary_li, demand=row, now=NOW)  # noqa: E731
    assert counted(rush([submit] * DEVICES)) == {"done": 1, "illegal_move": DEVICES - 1}
    assert handed_in() == 1


def test_control_read_check_save_hands_it_in_several_times(monkeypatch):
    """The guards off: neither the row lock nor the compare-and-set."""
    cast = make_cast()
    row = written(cast)
    cross = Crossing(DEVICES)

    def read_check_save(demand, name, **values):
        assert demand.state in DEMAND.moves[name].sources
        cross()
        for field, value in {**values, "state": DEMAND.moves[name].target}.items():
            setattr(demand, field, value)
        demand.save()

    monkeypatch.setattr(demands, "_locked", lambda d: Demand.objects.select_related("unit", "body").get(pk=d.pk))
    monkeypatch.setattr(demands, "DEMAND", type("Naive", (), {"advance": staticmethod(read_check_save)}))
    submit = lambda: demands.submit_demand(actor=cast.secretary_li, demand=row, now=NOW)  # noqa: E731
    assert counted(rush([submit] * DEVICES)) == {"done": DEVICES}
    assert handed_in() == DEVICES


def test_accepting_and_returning_at_once_is_one_of_the_two():
    cast = make_cast()
    for _ in range(ROUNDS):
        row = submitted(cast)
        outcomes = rush(
            [
                lambda row=row: demands.accept_demand(actor=cast.cadre_chen, demand=row, now=NOW),
                lambda row=row: demands.return_demand(actor=cast.cadre_chen, demand=row, reason="请补充面积", now=NOW),
            ]
        )
        assert counted(outcomes) == {"done": 1, "illegal_move": 1}
        row.refresh_from_db()
        assert row.state == ["accepted", "returned"][outcomes.index("done")]


def form_from(cast, key: str):
    """A phone with the form filled in; the same key is the same page sent twice, or a draft taken up elsewhere."""
    phone = Client()
    phone.force_login(cast.secretary_li, backend="django.contrib.auth.backends.ModelBackend")
    body = {
        "membership": f"{cast.mingyue.pk}:{cast.tianma.pk}",
        "kind": "unit",
        "category": "water",
        "title": "提灌站维修",
        "text": "水泵老化，抽不上水。",
        "form_key": key,
    }

    def send() -> None:
        answer = phone.post(reverse("demand-new"), body)
        assert answer.status_code == 302, answer.content.decode()
        assert answer["Location"].startswith("/demands/")
        connection.close()

    return send


def test_one_form_sent_by_eight_at_once_is_one_demand():
    cast = make_cast()
    key = str(uuid4())
    assert counted(rush([form_from(cast, key) for _ in range(DEVICES)])) == {"done": DEVICES}
    assert Demand.objects.count() == handed_in() == 1


def test_control_without_the_key_eight_forms_are_eight_demands(monkeypatch):
    cast = make_cast()
    monkeypatch.setattr(idempotency, "run_once", lambda *, fn, **_: fn())
    key = str(uuid4())
    assert counted(rush([form_from(cast, key) for _ in range(DEVICES)])) == {"done": DEVICES}
    assert Demand.objects.count() == DEVICES
