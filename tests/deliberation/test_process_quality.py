"""过程质量: every figure by hand, 缺项 for nothing, the flags, who reads it, and every number with its rows."""

import csv
import io
import re
from datetime import date
from fractions import Fraction

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from deliberation import rules, selectors
from deliberation.choices import ItemKind, ItemState, ProcessMetric
from deliberation.models import Meeting, ResolutionTask
from kit.errors import DomainError, Forbidden, Hidden
from kit.models import Fact
from kit.services import stamp
from kit.shares import percent, tenths
from orgs.choices import Role
from tests.api.client import Caller
from tests.deliberation.quality_year import NOW, a_year, at
from tests.factories import MAKER, PersonFactory, PostingFactory

NUMBER = re.compile(r'<a class="num" href="(/process-quality/rows/[^"]+)">(\d+)(?: 处)?</a>')


def of(person, year=2026, body=None, now=NOW):
    return selectors.process_quality(selectors.quality_view(person, body=body, year=year, now=now))


def figures(shown):
    return {
        each.definition.key.value: (each.shown, each.numerator, each.denominator, [n for *_, n in each.parts])
        for each in shown.figures
    }


def flags(shown):
    return {each.definition.key.value: (len(each.rows), each.looked_at) for each in shown.flags}


# --- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "number"),
    [([], None), ([0], None), ([4], Fraction(1)), ([2, 2, 2], Fraction(3)), ([3, 1], Fraction(8, 5))],
)
def test_the_effective_number_of_proposers(counts, number):
    assert rules.effective_number(counts) == number


@given(some.lists(some.integers(1, 50), min_size=1, max_size=12))
def test_the_effective_number_lies_between_one_and_the_number_of_proposers(counts):
    number = rules.effective_number(counts)
    assert 1 <= number <= len(counts)
    assert (number == len(counts)) == (len(set(counts)) == 1)


@pytest.mark.parametrize(
    ("values", "middle"),
    [([], None), ([5], 5), ([9, 6, 15], 9), ([4, 1], Fraction(5, 2)), ([0, 0, 7, 9], Fraction(7, 2))],
)
def test_the_median(values, middle):
    assert rules.median(values) == middle


@pytest.mark.parametrize(
    ("value", "written"),
    [(Fraction(8, 5), "1.6"), (Fraction(3), "3"), (Fraction(18, 7), "2.6"), (Fraction(39, 20), "2")],
)
def test_one_decimal_is_rounded_half_up(value, written):
    assert tenths(value) == written


def test_a_vote_without_a_word_is_a_ritual_and_no_vote_is_none():
    assert rules.is_ritual([False, False])
    assert not rules.is_ritual([False, True])
    assert not rules.is_ritual([])


def test_only_reports_counts_what_was_taken_up():
    briefed, put_off = (ItemKind.BRIEFING, ItemState.DONE), (ItemKind.VOTE, ItemState.DEFERRED)
    assert rules.only_reports([briefed, put_off])
    assert not rules.only_reports([briefed, (ItemKind.STUDY, ItemState.DONE)])
    assert not rules.only_reports([put_off])
    assert not rules.only_reports([])


# --- golden -----------------------------------------------------------------------------------------------------------


def test_every_figure_of_the_year_by_hand(cast):
    a_year(cast)
    shown = of(cast.secretary_li)
    assert shown.meetings == 3
    assert figures(shown) == {
        "notice_lead": ("67%", 2, 3, [2, 3]),
        "material_lead": ("缺项", None, None, []),
        "late_items": ("20%", 1, 5, [1, 5]),
        # 明月 spoke in spring; the company in spring and 明月 in summer did not; the body's own leader is no unit.
        "units_heard": ("33%", 1, 3, [1, 3]),
        # 明月 3, 大兴 1: 16/10.
        "proposers": ("1.6", 16, 10, [2, 4]),
        "dissent": ("33%", 1, 3, [1, 3]),
        "amended": ("缺项", None, None, []),
        # 9, 6 and 15 days.
        "decision_time": ("9 天", 9, 1, [3]),
        "tasks": ("33%", 1, 3, [1, 3]),
        "objections": ("50%", 1, 2, [1, 2]),
        "forms": ("2 种", 2, 9, [2, 9]),
    }
    notice = shown.figures[0]
    assert notice.note == "中位数 3 个工作日"
    assert notice.value == Fraction(2, 3)


def test_every_flag_with_the_meetings_it_rests_on(cast):
    a_year(cast)
    shown = of(cast.secretary_li)
    assert flags(shown) == {
        "ritual": (1, 2),
        "short_notice": (1, 3),
        "briefing_as_deliberation": (1, 3),
        "repeated": (1, 2),
    }
    _, short = shown.rows("short_notice", "flag")
    assert [(row.day, row.note) for row in short] == [(date(2026, 6, 16), "提前1个工作日，规定3个")]
    # 9 trigrams of 14 are common: 0.64. 冷库 and 烘干房 share 6 of 15.
    _, alike = shown.rows("repeated", "flag")
    assert [row.note for row in alike] == ["“关于修缮烘干房顶的议题”与第1次会议的“关于修缮烘干房的议题”相近"]
    assert [row.day for row in shown.rows("briefing_as_deliberation", "flag")[1]] == [date(2026, 9, 15)]
    assert [row.day for row in shown.rows("ritual", "flag")[1]] == [date(2026, 6, 16)]


def test_what_the_minutes_say_counts_and_the_newest_revision_alone(cast):
    book = a_year(cast)
    meeting = Meeting.objects.get(starts_at=at(6, 16))
    for revision, text, found in ((1, "各单位都赞成先修屋顶。", (0, 2)), (2, " ", (1, 2))):
        with transaction.atomic():
            stamp(MAKER)
            book.note(meeting, revision, text)
        assert flags(of(cast.secretary_li))["ritual"] == found


def test_a_meeting_whose_minutes_are_confirmed_or_filed_still_counts(cast):
    a_year(cast)
    before = figures(of(cast.secretary_li))
    with transaction.atomic():
        stamp(MAKER)
        Meeting.objects.filter(starts_at=at(3, 10)).update(state="minutes_confirmed")
        Meeting.objects.filter(starts_at=at(6, 16)).update(state="archived")
    assert figures(of(cast.secretary_li)) == before


def test_a_repetition_is_sought_across_the_turn_of_the_year_and_two_meetings_back(cast):
    with transaction.atomic():
        stamp(MAKER)
        book = a_year(cast)
        # The last two before it are those of summer and autumn, of which summer's is alike.
        near = book.meeting(at(1, 12, 2027), at(1, 4, 2027))
        book.item(near, "discussion", book.motion("关于修缮烘干房顶的建议", cast.mingyue, at(1, 2, 2027), None))
    rows = of(cast.secretary_li, 2027, now=at(2, 1, 2027)).rows("repeated", "flag")[1]
    assert [row.day for row in rows] == [date(2027, 1, 12)]
    with transaction.atomic():
        stamp(MAKER)
        Meeting.objects.filter(starts_at=at(6, 16)).update(starts_at=at(2, 16))
        Meeting.objects.filter(starts_at=at(7, 1)).update(state="ended")
    assert not of(cast.secretary_li, 2027, now=at(2, 1, 2027)).rows("repeated", "flag")[1]


def test_an_empty_year_is_missing_and_neither_zero_nor_one(cast):
    shown = of(cast.secretary_li, 2024)
    assert {each.shown for each in shown.figures} == {"缺项"}
    assert all(each.value is None and each.missing and not each.rows for each in shown.figures)
    assert {each.looked_at for each in shown.flags} == {0}


def test_a_task_that_is_not_due_changes_nothing(cast):
    book = a_year(cast)
    before = figures(of(cast.secretary_li))
    with transaction.atomic():
        stamp(MAKER)
        book.task(ResolutionTask.objects.first().resolution, date(2026, 12, 31))
        book.task(ResolutionTask.objects.first().resolution, date(2027, 1, 5), date(2026, 11, 1))
    assert figures(of(cast.secretary_li)) == before


def test_the_numerator_is_part_of_the_denominator(cast):
    a_year(cast)
    for figure in of(cast.secretary_li).figures:
        if {"hit", "total"} <= figure.rows.keys() and figure.definition.key not in (
            ProcessMetric.PROPOSERS,
            ProcessMetric.FORMS,
        ):
            assert set(figure.rows["hit"]) <= set(figure.rows["total"])
            assert figure.shown == percent(figure.numerator, figure.denominator)


# --- walls ------------------------------------------------------------------------------------------------------------


def test_who_reads_the_year_of_which_body(cast):
    def somebody(name, organization, role):
        person = PersonFactory(organization=cast.sanjiang, username=name)
        PostingFactory(person=person, organization=organization, role=role)
        return person

    area = somebody("area", cast.area, Role.AREA_OFFICER)
    member = somebody("member", cast.tianma.organization, Role.JOINT_MEMBER)
    adviser = somebody("adviser", cast.tianma.organization, Role.ADVISER)
    tianma, base, far = cast.tianma.pk, cast.longmen_base.pk, cast.zengkou_joint.pk
    for person in (cast.secretary_li, cast.entrepreneur_he, member, area, cast.cadre_chen, cast.district_zhao):
        assert of(person, body=tianma).view.body.pk == tianma
    for person, body, refusal in (
        (cast.secretary_li, base, Hidden),
        (cast.secretary_sun, tianma, Hidden),
        (cast.cadre_chen, far, Hidden),
        (area, far, Hidden),
        (cast.cadre_chen, cast.sanjiang.pk, Hidden),
        (adviser, tianma, Forbidden),
        (cast.system_admin, tianma, Forbidden),
        (cast.discipline_wu, tianma, Hidden),
        (cast.discipline_wu, None, Forbidden),
    ):
        with pytest.raises(refusal):
            of(person, body=body)


def test_who_spoke_is_shown_to_the_body_alone(cast):
    a_year(cast)
    for person, is_inside in ((cast.secretary_li, True), (cast.cadre_chen, False), (cast.district_zhao, False)):
        shown = of(person, body=cast.tianma.pk)
        assert ("units_heard" in figures(shown)) == is_inside
        if not is_inside:
            with pytest.raises(DomainError):
                shown.rows("units_heard", "total")


def test_bodies_stand_in_the_order_of_the_tree_and_own_ones_first(cast):
    names = [each.path for each in selectors.quality_bodies(cast.district_zhao)]
    assert len(names) >= 3
    assert names == sorted(names)
    joint = PersonFactory(organization=cast.sanjiang, username="joint")
    PostingFactory(person=joint, organization=cast.longmen_base.organization, role=Role.JOINT_SECRETARY)
    assert selectors.quality_bodies(joint)[0].pk == cast.longmen_base.pk


# --- doors ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(cast, monkeypatch):
    """The year, at the page's clock."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    a_year(cast)
    return cast


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_every_number_of_the_page_opens_as_many_rows(kept):
    client = signed_in(kept.secretary_li)
    page = client.get(f"/process-quality/?body={kept.tianma.pk}&year=2026")
    found = NUMBER.findall(page.content.decode())
    # Two of every share that is not zero and of forms and proposers, one of the median, and the four flags.
    assert len(found) == 2 * 8 + 1 + 4
    for address, number in found:
        rows = client.get(address.replace("&amp;", "&"))
        assert rows.status_code == 200, address
        assert rows.content.decode().count('<tr role="row"><td') == int(number), address
        assert f'<b id="count">{number}</b>' in rows.content.decode()


def test_every_row_opens_what_it_stands_for(kept):
    client = signed_in(kept.secretary_li)
    shown = of(kept.secretary_li)
    rows = {row for figure in shown.figures for part in figure.rows.values() for row in part}
    rows |= {row for flag in shown.flags for row in flag.rows}
    pages = {"meeting", "unit", "motion", "poll", "task", "resolution"}
    assert {row.page for row in rows} == pages | {""}
    for page in sorted(pages):
        row = next(row for row in rows if row.page == page)
        assert client.get(reverse(page, args=[row.pk])).status_code == 200, row


def test_the_paper_writes_every_definition_out(kept):
    text = signed_in(kept.secretary_li).get("/process-quality/print/").content.decode()
    for each in of(kept.secretary_li).figures:
        assert each.definition.numerator in text
    assert 'class="how"' not in text


@pytest.mark.parametrize(
    "query", ["?year=x", "?year=2027", "?year=2021", "?body=x", "rows/?item=tasks&part=x", "rows/"]
)
def test_what_is_no_view_is_a_bad_request(kept, query):
    assert signed_in(kept.secretary_li).get(f"/process-quality/{query}").status_code == 400


def test_the_register_holds_the_same_numbers_and_is_on_record(kept):
    client = signed_in(kept.cadre_chen)
    answer = client.get(f"/process-quality/export/?body={kept.tianma.pk}&format=csv")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    rows = {row[0]: row[1:4] for row in table[1:]}
    assert rows["后加议题"] == ["20%", "1", "5"]
    assert rows["材料提前量"] == ["缺项", "", ""]
    assert rows["提示：仪式化"] == ["1 处", "", ""]
    assert "发言单位" not in rows
    assert answer["Content-Type"].startswith("text/csv")
    assert client.get(f"/process-quality/export/?body={kept.tianma.pk}&format=xlsx").content[:2] == b"PK"
    assert client.get("/process-quality/export/?format=pdf").status_code == 400
    noted = Fact.objects.filter(event="kit.register.exported", subject="register:process-quality").order_by("pk")
    assert [fact.details["format"] for fact in noted] == ["csv", "xlsx"]


def test_the_interface_tells_the_page_s_numbers(kept):
    caller = Caller(kept.secretary_li)
    told = caller.get(f"/process-quality/?body={kept.tianma.pk}&year=2026").json()
    shown = of(kept.secretary_li)
    assert {
        each["metric"]: (
            each["shown"],
            each["numerator"],
            each["denominator"],
            [part["value"] for part in each["parts"]],
        )
        for each in told["figures"]
    } == figures(shown)
    assert {each["flag"]: (each["number"], each["looked_at"]) for each in told["flags"]} == flags(shown)
    assert caller.client.get(told["figures"][0]["parts"][0]["rows"]).status_code == 200
    for query in ("?year=26", "?body=x", "?year=2099", "?x=1"):
        assert caller.get(f"/process-quality/{query}").status_code == 400


def test_the_home_of_the_body_and_the_meetings_lead_there(kept):
    client = signed_in(kept.secretary_li)
    link = f"/process-quality/?body={kept.tianma.pk}"
    assert link in client.get(f"/joint-orgs/{kept.tianma.pk}/").content.decode()
    assert "/process-quality/" in client.get("/meetings/").content.decode()
    assert (
        "/process-quality/" not in signed_in(kept.system_admin).get(f"/joint-orgs/{kept.tianma.pk}/").content.decode()
    )
