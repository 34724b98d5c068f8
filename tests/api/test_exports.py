"""Registers: the same rows and order as the list, nothing in them that runs, each export on record (G5)."""

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from kit import registers
from kit.models.facts import Fact
from tests.api.client import problem
from tests.factories import OrganizationFactory

# What spreadsheets would run, and what only looks like it.
LIVE = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", '=HYPERLINK("http://x")']
TAME = ["-5", "+8613900000000", "-3.50", "三江镇", "a=b", "100%"]


@pytest.mark.parametrize("text", LIVE)
def test_formulas_are_disarmed(text):
    assert registers.disarmed(text).startswith("'")


@pytest.mark.parametrize("value", [*TAME, -5, -3.5, 0])
def test_numbers_and_plain_text_stay_as_they_are(value):
    assert registers.disarmed(value) == value


@pytest.mark.parametrize("text", LIVE)
def test_no_cell_of_a_workbook_is_a_formula(text):
    made = registers.as_workbook("台账", ["名称", "数"], [[text, -5]], unit="三江镇党委", on=date(2026, 11, 23))
    sheet = load_workbook(io.BytesIO(made)).active
    assert sheet["B4"].data_type == "s"
    assert (sheet["C4"].data_type, sheet["C4"].value) == ("n", -5)


def test_csv_holds_the_rows_of_the_list_in_its_order(call):
    cadre = call("cadre_chen")
    names = [r["name"] for r in cadre.get("/organizations/?ordering=-path&kind=village_branch").json()["results"]]
    answer = cadre.get("/organizations/?ordering=-path&kind=village_branch&format=csv&limit=20")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E7%BB%84%E7%BB%87")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["名称", "类别", "状态"]
    assert [row[0] for row in rows[1:]] == names
    assert rows[1][1] == "村党组织"


def test_xlsx_holds_the_same(call):
    cadre = call("cadre_chen")
    names = [r["person"]["name"] for r in cadre.get("/postings/?running=true").json()["results"]]
    book = load_workbook(io.BytesIO(cadre.get("/postings/?running=true&format=xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][0] == "任职台账"
    assert rows[1][0].startswith("填报单位：三江镇")
    assert [row[1] for row in rows[3:-1]] == names
    assert book.active.freeze_panes == "A4"


def test_phones_are_masked_in_a_register_as_in_the_list(call, cast):
    text = call("entrepreneur_he").get("/people/?format=csv").content.decode("utf-8-sig")
    assert "139****0000" in text
    assert cast.secretary_li.work_phone not in text


def test_g5_each_export_is_a_fact(call, cast):
    call("cadre_chen").get("/people/?format=csv&reason=年度核对")
    fact = Fact.objects.get(event="kit.register.exported")
    assert (fact.actor_id, fact.details["what"], fact.details["format"], fact.details["ground"]) == (
        cast.cadre_chen.pk,
        "people",
        "csv",
        "年度核对",
    )
    assert fact.details["count"] == len(call("cadre_chen").get("/people/?limit=200").json()["results"])


def test_more_than_500_rows_need_a_reason(call, cast, monkeypatch):
    monkeypatch.setattr(registers, "REASON_ABOVE", 20)
    for _ in range(15):
        OrganizationFactory(parent=cast.sanjiang)
    cadre = call("cadre_chen")
    assert list(problem(cadre.get("/organizations/?format=csv"), 422, "reason_needed")["errors"]) == ["reason"]
    problem(cadre.get("/organizations/?format=csv&reason=%20"), 422)
    assert not Fact.objects.filter(event="kit.register.exported").exists()
    assert cadre.get("/organizations/?format=csv&reason=迎检").status_code == 200


def test_an_export_has_its_bound(call, monkeypatch):
    monkeypatch.setattr(registers, "MOST_ROWS", 3)
    problem(call("cadre_chen").get("/organizations/?format=xlsx&reason=x"), 422, "too_many_rows")
