"""The desk for demands: words and layers side by side, every act its service, lists that cost and count the same."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deliberation.models import Motion
from kit.admin import site
from kit.errors import DomainError
from orgs.choices import Role
from resources.models import Demand, DemandLayer, Settlement
from resources.services import demands
from tests.factories import PersonFactory, PostingFactory
from tests.orgs.admin.conftest import sentences
from tests.orgs.admin.test_screens import ENGLISH, words
from tests.resources.test_demands import NOW, accepted, submitted, verified, written

NAME = "resources.demand"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def census() -> dict:
    return {model: sorted(model.objects.values_list(), key=str) for model in (Demand, DemandLayer, Settlement, Motion)}


@pytest.fixture
def refused(monkeypatch):
    screen, calls = site.get_model_admin(Demand), []

    def service(**kwargs):
        calls.append(kwargs)
        raise DomainError("closed", "今天不办理。")

    for kind in ("add", "change"):
        monkeypatch.setattr(screen, kind, replace(getattr(screen, kind), service=service))
    monkeypatch.setattr(screen, "acts", tuple(replace(act, service=service) for act in screen.acts))
    return calls


def entered(cast, **changes):
    return {
        "membership": f"{cast.mingyue.pk}:{cast.tianma.pk}",
        "kind": "unit",
        "category": "equipment",
        "title": "烘干房漏雨需要修缮",
        "text": "两座烘干房顶棚漏雨。",
        "quantity": 2,
        "quantity_unit": "座",
        **changes,
    }


def clerk_of(cast):
    person = PersonFactory(name="周文书", organization=cast.mingyue, username="zhouwenshu")
    PostingFactory(person=person, organization=cast.mingyue, role=Role.UNIT_REPRESENTATIVE)
    return person


def test_a_clerk_fills_in_for_the_secretary_and_it_says_so(visit, cast):
    clerk = visit(clerk_of(cast))
    answer = clerk.add(NAME, **entered(cast))
    assert answer.status_code == 302, sentences(answer)
    row = Demand.objects.get()
    assert (row.unit, row.is_filled_in, row.state) == (cast.mingyue, True, "draft")
    assert "周文书（代填）" in clerk.open(NAME, row).content.decode()
    answer = clerk.change(NAME, row, **entered(cast, quantity=3))
    assert answer.status_code == 302, sentences(answer)
    assert clerk.do(NAME, row, "submit").status_code == 302
    assert [each.pk for each in visit(cast.cadre_chen).rows(NAME, filled_in="True")] == [row.pk]
    # From submission the words are immutable.
    assert visit(cast.secretary_li).change(NAME, row, **entered(cast, title="别的")).status_code == 403
    assert Demand.objects.get().quantity == 3


def test_a_rule_broken_stands_at_its_field(visit, cast):
    person, before = visit(cast.secretary_li), census()
    answer = person.add(NAME, **entered(cast, quantity_unit=""))
    assert "请写明单位" in answer.context["adminform"].form.errors["quantity_unit"][0]
    answer = person.add(NAME, **entered(cast, kind="villager_request", text="张三 13900001234 家漏雨"))
    assert "群众诉求不写姓名和联系方式" in answer.context["adminform"].form.errors["text"][0]
    foreign = f"{cast.yangfan.pk}:{cast.zengkou_joint.pk}"
    assert "membership" in person.add(NAME, **entered(cast, membership=foreign)).context["adminform"].form.errors
    assert census() == before


def test_the_township_registers_no_demand_of_its_own(visit, cast):
    """By the policy table: a demand is the unit's; the township handles it."""
    assert visit(cast.cadre_chen).add(NAME, **entered(cast)).status_code == 403
    assert not Demand.objects.exists()


def test_the_desk_handles_a_demand_to_its_motion(visit, cast):
    row, desk = submitted(cast), visit(cast.cadre_chen)
    assert desk.do(NAME, row, "accept").status_code == 302
    assert "way_forward" in desk.do(NAME, row, "verify").context["form"].errors
    assert desk.do(NAME, row, "verify", way_forward="建议提请联席会议。").status_code == 302
    assert visit(cast.secretary_li).do(NAME, row, "table").status_code == 302
    motion = Motion.objects.get()
    page = visit(cast.cadre_chen).open(NAME, row).content.decode()
    assert reverse("admin:deliberation_motion_change", args=[motion.pk]) in page
    back = visit(cast.cadre_chen).open("deliberation.motion", motion).content.decode()
    assert reverse("admin:resources_demand_change", args=[row.pk]) in back


def test_the_authors_words_stand_beside_every_layer_and_a_difference_shows(visit, cast):
    row, desk = accepted(cast), visit(cast.cadre_chen)
    form = desk.ask(NAME, row, "layer").context["form"]
    assert (form.fields["category"].initial, form.fields["quantity"].initial) == ("equipment", 2)
    same = {"level": "check", "category": "equipment", "text": "属实", "quantity": 2, "quantity_unit": "座"}
    assert desk.do(NAME, row, "layer", **same).status_code == 302
    page = desk.open(NAME, row).content.decode()
    assert "两座烘干房顶棚漏雨，收稻前要修好。" in page
    assert "与原话不同" not in page
    assert desk.do(NAME, row, "layer", **same | {"level": "integration", "quantity": 1}).status_code == 302
    page = desk.open(NAME, row).content.decode()
    assert "与原话不同" in page
    assert Demand.objects.get().quantity == 2


def test_only_the_partner_answers_a_settlement(visit, cast):
    row, owner = verified(cast), visit(cast.secretary_li)
    foreign = owner.do(NAME, row, "offer", partner=cast.yangfan.pk, terms="借用彩钢棚")
    assert "partner" in foreign.context["form"].errors
    assert owner.do(NAME, row, "offer", partner=cast.company.pk, terms="借用彩钢棚").status_code == 302
    for who in ("secretary_li", "cadre_chen"):
        assert visit(cast[who]).do(NAME, row, "settle").status_code == 403
    partner = visit(cast.entrepreneur_he)
    assert [act.name for act, _ in partner.open(NAME, row).context["acts"]] == ["decline", "settle"]
    assert partner.do(NAME, row, "settle").status_code == 302
    assert Demand.objects.get().state == "settled"


def test_a_refusing_service_saves_nothing(visit, cast, refused):
    row = submitted(cast)
    draft = written(cast, title="另一件")
    before = census()
    answer = visit(cast.secretary_li).add(NAME, **entered(cast))
    assert "今天不办理。" in answer.content.decode()
    assert "今天不办理。" in visit(cast.secretary_li).change(NAME, draft, **entered(cast)).content.decode()
    answer = visit(cast.cadre_chen).do(NAME, row, "accept")
    assert (answer.status_code, len(refused), census()) == (409, 3, before)


def test_lights_are_what_their_filter_finds(visit, cast):
    """The condition in SQL and the light on the page are one notion, on every day around the deadline."""
    rows = [submitted(cast, title=f"第{n}件") for n in range(8)] + [accepted(cast)]
    desk, screen = visit(cast.cadre_chen), site.get_model_admin(Demand)
    desk.do(NAME, rows[0], "return", reason="写明面积")
    for days, row in zip((-3, -1, 0, 1, 3, 6, 9), rows[1:8], strict=True):
        Demand.objects.filter(pk=row.pk).update(accept_by_on=NOW.date() + timedelta(days=days))
    everything = desk.rows(NAME)
    for colour in ("red", "yellow", "green", "blue"):
        shown = {row.pk for row in everything if f'class="light {colour}"' in str(screen.show_light(row))}
        assert shown, colour
        assert {row.pk for row in desk.rows(NAME, light=colour)} == shown
    assert {row.pk for row in desk.rows(NAME, deadline="overdue")} == {row.pk for row in desk.rows(NAME, light="red")}


def test_a_demand_is_found_by_words_and_by_pinyin_initials(visit, cast):
    row = submitted(cast)
    type(cast.mingyue).objects.filter(pk=cast.mingyue.pk).update(initials="mycdzb")
    desk = visit(cast.cadre_chen)
    for term in ("漏雨", "明月村", "myc"):
        assert [each.pk for each in desk.rows(NAME, q=term)] == [row.pk], term
    assert not desk.rows(NAME, q="longmen")


def test_a_list_and_its_register_cost_the_same_at_2_and_20_rows(visit, cast):
    def cost(address) -> int:
        client = visit(cast.cadre_chen).client
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    addresses = [reverse("admin:resources_demand_changelist"), reverse("admin:resources_demand_print")]
    for n in range(2):
        submitted(cast, title=f"第{n}件")
    few = [cost(address) for address in addresses]
    for n in range(18):
        submitted(cast, title=f"又{n}件")
    assert [cost(address) for address in addresses] == few


def test_a_page_costs_the_same_at_2_and_20_layers(visit, cast):
    row = accepted(cast)

    def add(count):
        for n in range(count):
            demands.add_layer(actor=cast.cadre_chen, demand=row, level="check", category="land", text=f"{n}", now=NOW)

    def cost() -> int:
        person = visit(cast.cadre_chen)
        person.open(NAME, row)
        with CaptureQueriesContext(connection) as captured:
            assert person.open(NAME, row).status_code == 200
        return len(captured)

    add(2)
    few = cost()
    add(18)
    assert cost() == few


def test_figures_of_the_start_page_lead_to_as_many_rows(visit, cast):
    for n in range(3):
        submitted(cast, title=f"第{n}件")
    accepted(cast)
    Demand.objects.filter(title="第0件").update(accept_by_on="2026-11-01")
    person = visit(cast.cadre_chen)
    context = person.client.get(reverse("admin:index")).context
    cards = [card for _, each in context["cards"] for card in each] + context["attention"]
    found = {card.label: card for card in cards if card.url.startswith("/admin/resources/")}
    assert {label: card.count for label, card in found.items()} == {
        "正在办的需求": 4,
        "等待受理的需求": 3,
        "逾期的需求": 1,
    }
    for card in found.values():
        assert person.client.get(card.url).context["cl"].result_count == card.count, card.label


def test_no_english_is_left(visit, cast):
    row, author = accepted(cast), visit(cast.secretary_li)
    pages = [author.client.get(author.address(NAME, "add")), author.add(NAME)]
    desk = visit(cast.cadre_chen)
    pages += [desk.listing(NAME), desk.listing(NAME, q="没有这样的"), desk.open(NAME, row)]
    pages += [desk.ask(NAME, row, act) for act in ("verify", "layer", "wait", "close")]
    pages += [desk.do(NAME, row, "layer"), desk.client.get(desk.address(NAME, "history", row.pk))]
    for page in pages:
        assert page.status_code in (200, 422)
        said = words(page.content.decode())
        assert not [text for text in ENGLISH if re.search(rf"(?<![A-Za-z]){text.strip()}(?![A-Za-z])", said)]


def test_the_administrators_and_a_neighbour_see_nothing(visit, cast):
    row = submitted(cast)
    for who in ("system_admin", "security_admin", "audit_admin"):
        assert visit(cast[who]).listing(NAME).status_code == 403
        assert visit(cast[who]).open(NAME, row).status_code == 403
    neighbour = visit(cast.secretary_sun)
    assert neighbour.rows(NAME) == []
    assert neighbour.open(NAME, row).status_code == 404
    draft = written(cast, title="还没提交")
    assert visit(cast.cadre_chen).open(NAME, draft).status_code == 404
