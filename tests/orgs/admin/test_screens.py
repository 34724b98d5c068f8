"""The screens themselves: they open, cost the same at any length, count up to a cap and are Chinese throughout."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kit.admin import lists, site
from tests.factories import MembershipFactory, OrganizationFactory, PersonFactory, PostingFactory

MODELS = ["organization", "jointorg", "membership", "person", "posting", "division"]
LOGS = {"kit.fact": "audit_admin", "kit.auditevent": "audit_admin"}
# What Unfold, Django or axes would say where our own catalogue or screens failed.
ENGLISH = [
    "Type to search", "Select record", "Select all", "Select value", "Select action", "Welcome", "Return to site",
    "View site", "Log out", "Change password", "Add ", "Save", "Filters", "Apply Filters", "Reset filters", "Show all",
    "No results", "This page yielded", "History", "Recent searches", "All applications", "Search apps", "Home",
    "Go back", "Delete", "Previous", "Next", "Run", "Submit", "Cancel", "results", "Django", "administration",
]  # fmt: skip


def words(page: str) -> str:
    """What a person reads on a page: text, titles, labels, placeholders; no script, style or icon name."""
    page = re.sub(r"<(script|style|template)\b.*?</\1>", " ", page, flags=re.S)
    page = re.sub(r"<span[^>]*material-symbols-outlined[^>]*>.*?</span>", " ", page, flags=re.S)
    said = re.findall(r'(?:title|placeholder|aria-label|alt|data-label)="([^"]*)"', page)
    return " ".join([re.sub(r"<[^>]*>", " ", page), *said])


@pytest.mark.parametrize("model", MODELS)
def test_a_township_cadre_opens_every_list_and_a_row(visit, cast, model):
    person = visit(cast.cadre_chen)
    assert person.listing(model).status_code == 200
    row = person.rows(model)[0]
    assert person.open(model, row).status_code == 200
    assert person.client.get(person.address(model, "history", row.pk)).status_code == 200


@pytest.mark.parametrize("model", LOGS)
def test_the_audit_administrator_reads_the_logs_without_business_texts(visit, cast, model):
    visit(cast.cadre_chen).change("organization", cast.mingyue, name="改名村党支部", credit_code="", contact_phone="")
    reader = visit(cast[LOGS[model]])
    row = reader.rows(model)[0]
    page = reader.listing(model).content.decode() + reader.open(model, row).content.decode()
    assert "陈立" in page or model == "kit.auditevent"
    assert "改名村" not in page
    assert reader.change(model, row).status_code == 403


def more_rows(cast, count: int) -> None:
    for _ in range(count):
        unit = OrganizationFactory(kind="enterprise", parent=cast.sanjiang)
        MembershipFactory(joint_org=cast.tianma, unit=unit)
        person = PersonFactory(organization=unit)
        PostingFactory(person=person, role="unit_representative")


def queries(visit, cast, model) -> int:
    person = visit(cast.cadre_chen)
    address = reverse("admin:index") if model == "index" else person.address(model, "changelist")
    person.client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert person.client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("model", ["index", "organization", "membership", "person", "posting"])
def test_a_list_costs_the_same_at_2_and_20_rows(visit, cast, model):
    more_rows(cast, 2)
    few = queries(visit, cast, model)
    more_rows(cast, 18)
    assert queries(visit, cast, model) == few


def test_a_page_of_a_joint_organization_costs_the_same_at_2_and_20_members(visit, cast):
    def cost() -> int:
        person = visit(cast.cadre_chen)
        with CaptureQueriesContext(connection) as captured:
            assert person.open("jointorg", cast.tianma).status_code == 200
        return len(captured)

    cost()  # what a process remembers after its first page
    few = cost()
    more_rows(cast, 18)
    assert cost() == few


def test_a_list_counts_only_up_to_the_cap(visit, cast, monkeypatch):
    """At a million rows a list must not count them: no COUNT without a LIMIT inside, and the page says so."""
    monkeypatch.setattr(lists, "COUNT_CAP", 5)
    person = visit(cast.cadre_chen)
    with CaptureQueriesContext(connection) as captured:
        page = person.listing("organization").content.decode()
    counts = [q["sql"] for q in captured if "COUNT(" in q["sql"]]
    assert counts
    assert all("LIMIT 6" in sql for sql in counts)
    assert "多于 5 条" in page
    monkeypatch.undo()
    assert "多于" not in person.listing("organization").content.decode()


def test_pages_follow_one_another(visit, cast, monkeypatch):
    screen = site.get_model_admin(type(cast.mingyue))
    monkeypatch.setattr(screen, "list_per_page", 4)
    person = visit(cast.cadre_chen)
    first, second = person.rows("organization"), person.rows("organization", p=2)
    assert len(first) == 4
    assert not {row.pk for row in first} & {row.pk for row in second}
    assert person.listing("organization", p=99).status_code in (200, 302)


def every_page(visit, cast):
    """(address, page) of the main pages, for those who keep them."""
    person = visit(cast.cadre_chen)
    yield "index", person.client.get(reverse("admin:index"))
    for model in MODELS:
        yield f"{model} list", person.listing(model)
        yield f"{model} empty list", person.listing(model, q="没有这样的")
        row = person.rows(model)[0]
        yield f"{model} row", person.open(model, row)
        yield f"{model} history", person.client.get(person.address(model, "history", row.pk))
        if model not in ("division", "membership"):
            yield f"{model} add", person.client.get(person.address(model, "add"))
            yield f"{model} add refused", person.add(model)
    yield "act", person.ask("jointorg", cast.tianma, "dissolve")
    yield "act refused", person.do("jointorg", cast.tianma, "dissolve")
    yield "secretary", visit(cast.secretary_li).open("jointorg", cast.tianma)
    for model in ("kit.holiday", "kit.parametervalue", "division"):
        keeper = visit(cast.district_zhao)
        yield model, keeper.listing(model)
        yield f"{model} add", keeper.client.get(keeper.address(model, "add"))
    for model in ("kit.outboxmessage", "kit.deliveryfailure", "kit.jobrun"):
        yield model, visit(cast.system_admin).listing(model)
    yield "palette", visit(cast.cadre_chen).client.get(reverse("admin:search"), {"s": "组织", "extended": "1"})


def test_no_english_is_left_on_any_page(visit, cast):
    found = []
    for name, answer in every_page(visit, cast):
        assert answer.status_code in (200, 422), name
        said = words(answer.content.decode())
        found += [(name, text) for text in ENGLISH if re.search(rf"(?<![A-Za-z]){text.strip()}(?![A-Za-z])", said)]
    assert not found


def test_the_search_for_english_would_find_some():
    """The control of the test above."""
    page = '<a title="Add 组织">x</a><input placeholder="Type to search"><script>Save</script>'
    said = words(page)
    assert "Type to search" in said
    assert "Add" in said
    assert "Save" not in said


def test_the_policy_is_relaxed_under_admin_only(visit, cast):
    person = visit(cast.cadre_chen).client
    inside = person.get(reverse("admin:index"))["Content-Security-Policy"]
    assert "'unsafe-eval'" in inside
    for address in ("/", "/how-to/"):
        outside = person.get(address)["Content-Security-Policy"]
        assert "unsafe" not in outside, address
    hosts = re.findall(r"https?:|//", inside.replace("upgrade-insecure-requests", ""))
    assert not hosts


def test_start_page_counts_lead_to_their_lists(visit, cast):
    """Each figure is the number of rows behind its link."""
    person = visit(cast.cadre_chen)
    context = person.client.get(reverse("admin:index")).context
    cards = [card for _, each in context["cards"] for card in each] + context["attention"]
    assert {"村党组织没有负责人", "联村党组织没有书记"} <= {card.label for card in cards}
    for card in cards:
        if "尚未维护" in card.label:
            continue
        listed = person.client.get(card.url).context["cl"].result_count
        assert listed == card.count, card.label
    starts = [label for label, _, _ in context["starts"]]
    assert starts == ["新增组织", "成立联村党组织", "登记人员", "任命", "筹备会议"]
