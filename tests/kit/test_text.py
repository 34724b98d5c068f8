"""Masks, page filters, and the sections of the frame."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template

from kit import masking, navigation
from kit.navigation import Section


@pytest.mark.parametrize(
    "phone, shown",
    [
        ("13812341234", "138****1234"),
        ("0827-5261234", "08****34"),
        ("110", "***"),
        ("", ""),
        (" 13900000001 ", "139****0001"),
    ],
)
def test_phones_are_masked(phone, shown):
    assert masking.masked_phone(phone) == shown


@pytest.mark.parametrize(
    "name, shown", [("张三", "张*"), ("欧阳明", "欧阳*"), ("欧阳", "欧*"), ("李守田", "李*"), ("", "")]
)
def test_names_are_masked(name, shown):
    assert masking.masked_name(name) == shown


def draw(text: str, **values) -> str:
    return Template("{% load kit_text kit_look %}" + text).render(Context(values))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("请王守田同志带材料", "请有关同志带材料"),
        ("欧阳长河、欧阳长", "有关同志、有关同志"),
        ("电话13900130000。", "电话（电话从略）。"),
        ("电话：１３９ ００１３ ００００", "电话：（电话从略）"),
        ("+86 139-0013-0000", "（电话从略）"),
        ("139****0000", "（电话从略）"),
        ("tel:13900130000x", "tel:（电话从略）x"),
        ("座机0827-5261234或08275261234", "座机（电话从略）或（电话从略）"),
        ("身份证 511902198001010011", "身份证 （号码从略）"),
        ("6222 0212 3456 7890 123", "（号码从略）"),
        # What is no telephone stays.
        ("联村〔2026〕3号，1600亩，511902107205", "联村〔2026〕3号，1600亩，511902107205"),
        ("腾讯会议 123 456 789，2026年12月3日 14:30", "腾讯会议 123 456 789，2026年12月3日 14:30"),
        ("明月村", "明月村"),
    ],
)
def test_a_text_for_a_chat_group_names_nobody(text, told):
    assert masking.without_people(text, ["王守田", "欧阳长", "欧阳长河"]) == told


@pytest.mark.parametrize(
    "text, value, shown",
    [
        ("{{ v|day }}", date(2026, 11, 23), "2026年11月23日 星期一"),
        ("{{ v|plain_day }}", date(2026, 1, 3), "2026年1月3日"),
        ("{{ v|short_day }}", date(2026, 12, 3), "12月3日 星期四"),
        # 17:00 in London is already the next day in Sanjiang.
        ("{{ v|day }}", datetime(2026, 11, 22, 17, 0, tzinfo=UTC), "2026年11月23日 星期一"),
        ("{{ v|moment }}", datetime(2026, 11, 23, 1, 40, tzinfo=UTC), "2026年11月23日 星期一 09:40"),
        ("{{ v|yuan }}", 123456, "1,234.56 元"),
        ("{{ v|yuan }}", 0, "0.00 元"),
        ("{{ v|wan }}", 7_840_000, "7.84 万元"),
        ("{{ v|masked_phone }}", "13812341234", "138****1234"),
        ("{{ v|masked_name }}", "张三", "张*"),
        ("{{ v|day }}{{ v|moment }}{{ v|yuan }}{{ v|masked_name }}", None, ""),
        ("{% light v '超期 2 个工作日' %}", "red", '<span class="light red" data-shape="■">红 超期 2 个工作日</span>'),
        ("{% light v %}", None, ""),
    ],
)
def test_the_page_filters_write_as_officials_do(text, value, shown):
    assert draw(text, v=value) == shown


def test_words_of_people_are_never_markup():
    assert "<b>" not in draw("{% light 'red' word %}{% icon 'home' '' word %}", word="<b>红</b>")


def test_a_section_without_a_page_is_left_out_and_the_nearest_is_current(monkeypatch):
    monkeypatch.setattr(navigation, "_sections", {})
    navigation._existing.cache_clear()
    try:
        navigation.register(Section(1, "样子", "type", "large-type"))
        navigation.register(Section(2, "没有", "box", "no-such-page"))
        entries = navigation.entries("/large-type/more/")
        assert [(e.label, e.current) for e in entries] == [("样子", True)]
        assert [e.current for e in navigation.entries("/other/")] == [False]
    finally:
        navigation._existing.cache_clear()


def test_a_quarter_is_written_out():
    assert draw("{% load kit_text %}{{ word|quarter }}", word="2026Q4") == "2026年第四季度"
    assert draw("{% load kit_text %}[{{ word|quarter }}]", word="") == "[]"
