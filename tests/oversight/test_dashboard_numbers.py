"""F-70: every number opens exactly the rows it counts; page, API, export and brief say the same."""

import html
import io
import re

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from kit.calendar import Quarter, day_of
from kit.models import Fact
from oversight import selectors

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


def all_numbers(board) -> list[selectors.Number]:
    """Every number of a dashboard, zeros too."""
    found = [each.number for each in board.attention]
    for each in board.figures:
        shares = [each.share, *(share for _, share in each.trend)]
        found += [number for share in shares for number in (share.hit, share.total)]
        found += [part.number for part in each.parts]
    found += [board.demands.total, *(part.number for part in board.demands.lights + board.demands.states)]
    for line in (*board.bodies, *(line for line in board.townships if line.opens)):
        for share in (line.meetings, line.tasks, line.objections):
            found += [share.hit, share.total]
        found += [line.demands, line.red, line.overdue]
    return found


@pytest.mark.slow
def test_every_number_on_every_readers_page_opens_as_many_rows_and_every_row_opens(demo):
    opened = set()
    for login in READERS:
        client = signed_in(demo[login])
        numbers = [number for page in PAGES for number in NUMBER.findall(client.get(page).content.decode())]
        assert numbers, login
        for href, number in set(numbers):
            rows = client.get(html.unescape(href))
            assert rows.status_code == 200, (login, href)
            text = rows.content.decode()
            assert re.search(r'<b id="count">(.+?)</b>', text)[1] == number, (login, href)
            links = re.findall(r'class="key"[^>]*><a href="([^"]+)"', text)
            assert len(links) == int(number), (login, href)
            for link in set(links) - opened:
                assert client.get(link).status_code == 200, (login, link)
                opened.add(link)
    assert len(opened) > 8


def test_every_number_zeros_too_is_the_count_of_its_rows_at_every_level_and_quarter(demo):
    now = timezone.now()
    last = Quarter.of(day_of(now)).previous()
    seen = 0
    for login in ("zhaoqiming", "luomin", "chenli", "dengxiaochuan"):
        for quarter in (None, last):
            for number in all_numbers(shown(demo[login], quarter=quarter, now=now)):
                asked = number.slice
                view = selectors.view_of(demo[login], at=asked.at, quarter=asked.quarter, now=now)
                assert selectors.rows_behind(view, asked).count() == number.value, asked
                seen += number.value > 0
    assert seen > 60


def test_page_api_export_and_brief_give_the_same_numbers(demo):
    person = demo["zhaoqiming"]
    client = signed_in(person)
    board = shown(person)
    answer = client.get("/api/v1/dashboards/").json()
    page = client.get("/dashboard/").content.decode()
    text = selectors.brief(board)
    for each, told in zip(board.figures, answer["figures"], strict=True):
        hit, total = each.share.hit.value, each.share.total.value
        assert (told["share"]["hit"]["value"], told["share"]["total"]["value"]) == (hit, total)
        assert told["share"]["percent"] == each.share.percent
        assert f'<b class="num">{each.share.percent}</b>' in page
        assert (f"{each.figure.label}：{each.share.percent}（{hit}/{total}）" in text) == bool(total)
    assert answer["demands"]["total"]["value"] == board.demands.total.value
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/dashboard/export/").content)).active
    total = next(row for row in sheet.iter_rows(values_only=True) if "合计" in map(str, row))
    meetings, tasks, objections, _ = board.figures
    wanted = [
        meetings.share.total.value,
        meetings.share.hit.value,
        tasks.share.total.value,
        tasks.share.hit.value,
        objections.share.total.value,
        objections.share.hit.value,
        board.demands.total.value,
    ]
    numbers = [cell for cell in total if isinstance(cell, int)]
    assert numbers[: len(wanted)] == wanted
    assert (
        Fact.objects.filter(event="kit.register.exported").exists()
        or Fact.objects.filter(event__contains="export").exists()
    )


def test_townships_and_bodies_add_up_to_the_district(demo):
    board = shown(demo["linjing"])
    for lines in (board.townships, board.bodies):
        assert sum(line.demands.value for line in lines) == board.demands.total.value > 0
        assert sum(line.tasks.total.value for line in lines) == board.figures[1].share.total.value > 0
    # 25 townships, of which two have joint organizations; the area committee stands beside the townships.
    assert len(board.townships) == 25
    assert sum(line.opens is not None for line in board.townships) == 2


def test_no_name_of_a_person_stands_on_any_dashboard(demo):
    names = {person.name for person in demo.values()}
    for login in READERS:
        client = signed_in(demo[login])
        page = client.get("/dashboard/").content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        rows = "".join(client.get(html.unescape(href)).content.decode() for href, _ in NUMBER.findall(main)[:6])
        main += "".join(re.findall(r"<main.*?</main>", rows, re.S))
        assert not [name for name in names if name in main], login
