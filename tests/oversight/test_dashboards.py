"""F-70: who sees which dashboard, what is refused, what it costs; demands counted folded or not."""

import random
import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kit import summaries
from kit.calendar import Quarter
from kit.errors import Forbidden, Hidden
from kit.scoping import Circle
from kit.services import stamp
from orgs.choices import Role
from orgs.models import Organization
from oversight import selectors
from resources import selectors as resources
from resources.choices import DemandState
from resources.models import Demand
from tests.api.client import Caller
from tests.api.test_costs import _token
from tests.factories import PersonFactory, PostingFactory
from tests.resources.test_demands import NOW
from tests.resources.test_summaries import MAKER, a_demand

# One of each role that may look (design › who may do what).
READERS = ("linjing", "zhaoqiming", "luomin", "hejianguo", "duwentao", "chenli", "dengxiaochuan")
NUMBER = re.compile(r'<a href="(/dashboard/rows/[^"]+)">(\d+)</a>')
PAGES = ("/dashboard/", "/dashboard/trends/", "/dashboard/bodies/")


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def shown(person, **asked):
    view = selectors.view_of(
        person, at=asked.get("at"), quarter=asked.get("quarter"), now=asked.get("now", timezone.now())
    )
    return selectors.dashboard(view)


# --- walls ------------------------------------------------------------------------------------------------------------


def test_who_may_look_at_what(cast):
    area = PersonFactory(organization=cast.area, username="area")
    PostingFactory(person=area, role=Role.AREA_OFFICER)
    joint = PersonFactory(organization=cast.sanjiang, username="joint")
    PostingFactory(person=joint, organization=cast.tianma.organization, role=Role.JOINT_SECRETARY)

    def look(person, organization):
        return selectors.view_of(person, at=organization.pk, quarter=None, now=NOW).at == organization

    assert look(cast.district_zhao, cast.sanjiang)
    assert look(cast.cadre_chen, cast.tianma.organization)
    assert look(area, cast.tianma.organization), "an area committee looks into what it leads"
    assert look(joint, cast.tianma.organization)
    for person, organization, refusal in (
        (cast.cadre_chen, cast.zengkou, Hidden),
        (cast.cadre_chen, cast.zengkou_joint.organization, Hidden),
        (cast.cadre_chen, cast.district, Hidden),
        (cast.secretary_li, cast.tianma.organization, Forbidden),
        (cast.secretary_li, cast.longmen_base.organization, Hidden),
        (cast.system_admin, cast.district, Forbidden),
        (area, cast.zengkou_joint.organization, Hidden),
        (joint, cast.longmen_base.organization, Hidden),
        (joint, cast.sanjiang, Hidden),
        (cast.district_zhao, cast.mingyue, Hidden),
    ):
        with pytest.raises(refusal):
            look(person, organization)


def test_a_township_counts_its_own_rows_only(cast):
    rng = random.Random(3)
    with transaction.atomic():
        stamp(MAKER)
        Demand.objects.bulk_create(a_demand(cast, rng) for _ in range(30))
    mine = Demand.objects.filter(unit__path__startswith=cast.sanjiang.path).unfinished().count()
    assert shown(cast.cadre_chen, now=NOW).demands.total.value == mine
    assert shown(cast.district_zhao, now=NOW).demands.total.value == Demand.objects.unfinished().count() > mine


@pytest.mark.parametrize("query", ["?at=x", "?quarter=2026", "?quarter=2099Q1"])
def test_what_is_no_view_is_a_bad_request(cast, query):
    client = signed_in(cast.district_zhao)
    assert client.get(f"/dashboard/{query}").status_code == 400
    assert client.get(f"/api/v1/dashboards/{query}").status_code == 400


@pytest.mark.parametrize("query", ["", "?figure=tasks", "?figure=tasks&part=light:red", "?figure=x&part=y"])
def test_what_is_no_number_is_a_bad_request(cast, query):
    assert signed_in(cast.district_zhao).get(f"/dashboard/rows/{query}").status_code == 400


# --- figures and cost -------------------------------------------------------------------------------------------------


def test_the_figures_of_demands_are_the_counts_of_their_lists_folded_or_not(cast):
    rng = random.Random(5)
    circles = [
        Circle(path=cast.district.path),
        Circle(path=cast.sanjiang.path),
        Circle(body_ids=frozenset({cast.tianma.pk})),
    ]
    quarter = Quarter.of(NOW.date())
    for round_ in range(3):
        with transaction.atomic():
            stamp(MAKER)
            Demand.objects.bulk_create(a_demand(cast, rng) for _ in range(40))
            waiting = Demand.objects.filter(state="verified").order_by("pk")[:3].values("pk")
            Demand.objects.filter(pk__in=waiting).update(state="waiting", reason="等水务局答复")
        if round_:
            summaries.fold_all()
        for circle in circles:
            for on in (NOW.date(), NOW.date() - timedelta(days=40)):
                figures = resources.demand_figures(circle, on=on)

                def listed(part, when=None, circle=circle, on=on):
                    return resources.demands_behind(circle, part=part, quarter=when, on=on).count()

                assert figures.total.unfinished == listed("unfinished")
                for light in ("red", "yellow", "green", "blue"):
                    assert figures.total.by_light.get(light, 0) == listed(f"light:{light}"), light
                for state in ("submitted", "accepted"):
                    assert figures.total.late.get(state, 0) == listed(f"late:{state}")
                for state in DemandState.values:
                    assert figures.total.by_state.get(state, 0) == listed(f"state:{state}"), state
                assert figures.submitted.get(str(quarter), 0) == listed("submitted", quarter)
                assert figures.handled.get(str(quarter), 0) == listed("handled", quarter)


def test_p6_the_dashboard_costs_the_same_at_2_and_at_200_demands(cast):
    program = Caller(token=_token(cast.district_zhao))
    program.get("/dashboards/")  # notes the token's use
    costs = []
    rng = random.Random(7)
    for number in (2, 200):
        with transaction.atomic():
            stamp(MAKER)
            Demand.objects.bulk_create(a_demand(cast, rng) for _ in range(number))
        with CaptureQueriesContext(connection) as found:
            assert program.get("/dashboards/").status_code == 200
        costs.append(len(found))
    # Token, standing; then four for all figures of a district.
    assert costs[0] == costs[1] <= 6, [query["sql"][:90] for query in found]


def test_without_any_row_the_page_says_so_and_a_missing_figure_is_no_zero(cast):
    page = signed_in(cast.district_zhao).get("/dashboard/").content.decode()
    assert "没有要马上看的事" in page
    board = shown(cast.district_zhao, now=NOW)
    assert {each.share.percent for each in board.figures[1:]} == {"—"}
    assert Organization.objects.exists()
