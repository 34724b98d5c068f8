"""导出 and 打印: the rows of the list and no others, phones masked, every one on record, a reason above 500 (G5)."""

import io

import pytest
from openpyxl import load_workbook

from kit import facts
from kit.models import Fact
from tests.factories import OrganizationFactory

REGISTERS = ["organization", "jointorg", "membership", "person", "posting"]


def sheet(answer) -> list[tuple]:
    """The header and the rows, without title and unit line above, 序号 beside and the footer below."""
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    return [row[1:] for row in rows[2:-1]]


def export(person, model: str, query: str = "", **values):
    return person.client.post(person.address(model, "export") + query, {"format": "xlsx", **values})


@pytest.mark.parametrize("model", REGISTERS)
def test_a_register_holds_the_rows_of_the_list(visit, cast, model):
    person = visit(cast.cadre_chen)
    answer = export(person, model)
    assert answer.status_code == 200
    assert len(sheet(answer)) - 1 == person.listing(model).context["cl"].result_count
    fact = Fact.objects.get(event="kit.register.exported")
    assert (fact.actor, fact.details["what"], fact.details["format"]) == (
        str(cast.cadre_chen.pk),
        f"orgs.{model}",
        "xlsx",
    )
    page = person.client.get(person.address(model, "print"))
    assert page.status_code == 200
    assert page.content.decode().count("<tr>") == len(sheet(answer))
    assert Fact.objects.filter(event="kit.register.exported", details__format="print").exists()


def test_the_query_of_the_list_narrows_the_register(visit, cast):
    person = visit(cast.cadre_chen)
    names = {row[0] for row in sheet(export(person, "organization", "?kind=village_branch&leader=none"))[1:]}
    assert names == {"大兴村党支部", "天马山村党支部", "双寨村党支部"}


def test_phones_are_masked_in_the_register_of_a_neighbour(visit, cast):
    phones = {row[0]: row[-1] for row in sheet(export(visit(cast.entrepreneur_he), "person"))[1:]}
    li = cast.secretary_li
    assert phones["李顺"] == f"139****{li.work_phone[-4:]}"
    assert phones["何兴农"] == cast.entrepreneur_he.work_phone
    phones = {row[0]: row[-1] for row in sheet(export(visit(cast.cadre_chen), "person"))[1:]}
    assert phones["李顺"] == li.work_phone


def test_above_the_limit_a_reason_is_needed(visit, cast, monkeypatch):
    monkeypatch.setattr("kit.registers.REASON_ABOVE", 5)
    monkeypatch.setattr("kit.admin.takeout.REASON_ABOVE", 5)
    monkeypatch.setattr(facts, "REASON_ABOVE", 5)
    person = visit(cast.cadre_chen)
    answer = export(person, "organization", reason="  ")
    assert answer.status_code == 422
    assert "用途" in str(answer.context["form"].errors)
    assert not Fact.objects.filter(event="kit.register.exported").exists()
    page = person.client.get(person.address("organization", "print")).content.decode()
    assert "不能直接打印" in page
    assert "明月村" not in page
    assert export(person, "organization", reason="年度统计").status_code == 200
    assert Fact.objects.get(event="kit.register.exported").details["ground"] == "年度统计"


def test_a_name_that_looks_like_a_formula_stays_text(visit, cast):
    OrganizationFactory(parent=cast.sanjiang, name='=HYPERLINK("http://x")', number=8)
    book = load_workbook(io.BytesIO(export(visit(cast.cadre_chen), "organization").content)).active
    cells = [cell for row in book.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


@pytest.mark.parametrize("model", REGISTERS)
def test_registers_are_closed_to_the_audit_administrator(visit, cast, model):
    reader = visit(cast.audit_admin)
    assert export(reader, model).status_code == 403
    assert reader.client.get(reader.address(model, "print")).status_code == 403


def test_logs_and_divisions_have_no_register(visit, cast):
    assert export(visit(cast.cadre_chen), "division").status_code == 404
    assert export(visit(cast.audit_admin), "kit.fact").status_code == 404
