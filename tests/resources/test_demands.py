"""A demand from the village's words to the confirmed result (F-10, F-11), and who may see and do what."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from deliberation.models import Motion
from deliberation.services import motions
from kit import facts
from kit.actors import System
from kit.errors import DomainError, Forbidden, Hidden, RuleBroken
from orgs.choices import Role
from resources import selectors
from resources.models import Demand
from resources.services import demands, following
from tests.factories import PersonFactory, PostingFactory

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.get_default_timezone())


def written(cast, **changes):
    values = {
        "unit": cast.mingyue,
        "body": cast.tianma.organization,
        "category": "equipment",
        "title": "烘干房漏雨需要修缮",
        "text": "两座烘干房顶棚漏雨，收稻前要修好。",
        "quantity": 2,
        "quantity_unit": "座",
        **changes,
    }
    return demands.write_demand(actor=cast.secretary_li, now=NOW, **values)


def submitted(cast, **changes):
    return demands.submit_demand(actor=cast.secretary_li, demand=written(cast, **changes), now=NOW)


def accepted(cast, **changes):
    return demands.accept_demand(actor=cast.cadre_chen, demand=submitted(cast, **changes), now=NOW)


def verified(cast, **changes):
    return demands.verify_demand(
        actor=cast.cadre_chen, demand=accepted(cast, **changes), way_forward="建议提请联席会议。", now=NOW
    )


def refused(code):
    return pytest.raises(DomainError, check=lambda e: e.code == code)


def test_a_draft_is_seen_by_its_own_unit_alone(cast):
    row = written(cast)
    assert selectors.demands(cast.secretary_li).filter(pk=row.pk).exists()
    for person in (cast.cadre_chen, cast.entrepreneur_he, cast.district_zhao, cast.secretary_wang):
        assert not selectors.demands(person).filter(pk=row.pk).exists()


def test_a_draft_withdrawn_stays_the_units_own(cast):
    row = demands.withdraw_demand(actor=cast.secretary_li, demand=written(cast), reason="不报了", now=NOW)
    assert selectors.demands(cast.secretary_li).filter(pk=row.pk).exists()
    for person in (cast.cadre_chen, cast.entrepreneur_he, cast.district_zhao):
        assert not selectors.demands(person).filter(pk=row.pk).exists()


def test_submitted_it_is_seen_by_members_of_the_joint_organization_only(cast):
    row = submitted(cast)
    for person in (cast.cadre_chen, cast.entrepreneur_he, cast.district_zhao):
        assert selectors.demands(person).filter(pk=row.pk).exists()
    for person in (cast.secretary_wang, cast.secretary_sun, cast.outsider, cast.system_admin):
        assert not selectors.demands(person).filter(pk=row.pk).exists()


def test_deadlines_are_in_working_days(cast):
    """F-11: accepted within 3, answered within 10."""
    row = accepted(cast)
    assert (row.accept_by_on, row.answer_by_on) == (date(2026, 11, 27), date(2026, 12, 8))


def test_a_deadline_in_2027_counts_monday_to_friday(cast):
    """No holiday table exists for 2027 yet: it still works, and the page says so."""
    late = datetime(2026, 12, 30, 9, 0, tzinfo=timezone.get_default_timezone())
    row = demands.submit_demand(actor=cast.secretary_li, demand=written(cast), now=late)
    assert row.accept_by_on.year == 2027


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"text": "字" * 2001}, "text"),
        ({"category": "gold"}, "category"),
        ({"quantity": -1}, "quantity"),
        ({"quantity_unit": ""}, "quantity_unit"),
        ({"needed_by_on": date(2026, 11, 1)}, "needed_by_on"),
        ({"kind": "villager_request", "text": "老王 13912345678 反映路不好"}, "text"),
        ({"body": lambda c: c.longmen_base.organization}, "body"),
    ],
)
def test_bad_values_are_refused_at_the_field(cast, changes, field):
    values = {key: value(cast) if callable(value) else value for key, value in changes.items()}
    with pytest.raises(RuleBroken, check=lambda e: field in e.errors):
        written(cast, **values)
    assert not Demand.objects.exists()


def test_the_words_are_immutable_from_submission(cast):
    """F-10"""
    row = submitted(cast)
    with refused("words_immutable"):
        demands.change_demand(actor=cast.secretary_li, demand=row, now=NOW, text="改一改")
    demands.return_demand(actor=cast.cadre_chen, demand=row, reason="请写明面积", now=NOW)
    demands.change_demand(actor=cast.secretary_li, demand=row, now=NOW, text="两座，各60平方米。")
    assert demands.submit_demand(actor=cast.secretary_li, demand=row, now=NOW).state == "submitted"


def test_submitting_twice_from_two_devices_counts_once(cast):
    row = submitted(cast)
    with refused("illegal_move"):
        demands.submit_demand(actor=cast.secretary_li, demand=Demand.objects.get(pk=row.pk), now=NOW)
    assert facts.trail(row).filter(event="resources.demand.submitted").count() == 1


def test_a_clerk_fills_in_but_never_confirms(cast):
    clerk = PersonFactory(organization=cast.mingyue, username="clerk")
    PostingFactory(person=clerk, organization=cast.mingyue, role=Role.UNIT_REPRESENTATIVE)
    row = demands.write_demand(
        actor=clerk,
        unit=cast.mingyue,
        body=cast.tianma.organization,
        category="water",
        title="提灌站维修",
        text="水泵坏了。",
        now=NOW,
    )
    assert row.is_filled_in
    Demand.objects.filter(pk=row.pk).update(state="fulfilled", submitted_at=NOW, accept_by_on=NOW.date())
    with pytest.raises(Forbidden):
        demands_confirm(clerk, row)
    assert demands_confirm(cast.secretary_li, row).state == "confirmed"


def demands_confirm(person, row):
    return following.confirm_demand(actor=person, demand=Demand.objects.get(pk=row.pk), now=NOW)


def test_a_neighbour_township_cannot_touch_it(cast):
    row = submitted(cast)
    with pytest.raises(Hidden):
        demands.withdraw_demand(actor=cast.secretary_sun, demand=row, reason="x", now=NOW)
    with pytest.raises(Forbidden):
        demands.accept_demand(actor=cast.entrepreneur_he, demand=row, now=NOW)


def test_a_layer_stands_beside_the_words_and_the_author_objects_once(cast):
    """F-10"""
    row = accepted(cast)
    layer = demands.add_layer(
        actor=cast.cadre_chen,
        demand=row,
        level="check",
        category="housing",
        text="按房屋修缮办理。",
        quantity=1,
        quantity_unit="座",
        now=NOW,
    )
    assert facts.trail(row).last().details["differs"] is True
    demands.object_demand(actor=cast.secretary_li, demand=row, reason="是两座", now=NOW)
    with refused("already_objected"):
        demands.object_demand(actor=cast.secretary_li, demand=row, reason="还是两座", now=NOW)
    assert Demand.objects.get(pk=row.pk).text == "两座烘干房顶棚漏雨，收稻前要修好。"
    assert layer.quantity == 1


def test_two_units_settle_a_simple_matter(cast):
    row = verified(cast)
    following.offer_settlement(
        actor=cast.secretary_li, demand=row, partner=cast.company, terms="公司借用彩钢瓦，秋后归还。", now=NOW
    )
    with pytest.raises(Forbidden, match="对方单位"):
        following.agree_settlement(actor=cast.secretary_li, demand=row, now=NOW)
    assert following.agree_settlement(actor=cast.entrepreneur_he, demand=row, now=NOW).state == "settled"


def test_tabled_it_becomes_a_motion_and_follows_its_fate(cast):
    row = demands.table_demand(actor=cast.secretary_li, demand=verified(cast), now=NOW)
    motion = Motion.objects.get(about=f"resources.demand:{row.pk}")
    assert (row.state, motion.state, motion.unit_id) == ("tabled", "submitted", cast.mingyue.pk)
    motions.withdraw_motion(actor=cast.secretary_li, motion=motion, reason="先自己修", now=NOW)
    facts.deliver_pending(now=NOW)
    assert Demand.objects.get(pk=row.pk).state == "verified"


def test_red_for_five_working_days_is_escalated_once(cast):
    row = submitted(cast)
    due = row.accept_by_on
    assert not selectors.escalating(on=due + timedelta(days=3), days=5)
    assert selectors.escalating(on=due + timedelta(days=8), days=5) == [row]
    later = NOW.replace(year=2027)
    assert demands.escalate_overdue(actor=System("sweep"), now=later) == 1
    assert demands.escalate_overdue(actor=System("sweep"), now=later) == 0
    assert not selectors.escalating(on=due + timedelta(days=8), days=5)


def test_the_light_follows_whoever_has_it(cast):
    row = submitted(cast)
    assert selectors.demand_light(row, on=row.accept_by_on).colour == "yellow"
    assert selectors.demand_light(row, on=row.accept_by_on + timedelta(days=1)).colour == "red"
    demands.return_demand(actor=cast.cadre_chen, demand=row, reason="补照片", now=NOW)
    row.refresh_from_db()
    assert selectors.demand_light(row, on=row.accept_by_on + timedelta(days=9)).colour == "blue"
