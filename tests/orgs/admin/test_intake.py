"""导入 and 模板下载: every row through its service, all or nothing, wrong cells named; the same file twice is one."""

import io
import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from kit import audit
from kit.admin import site
from orgs.models import Organization, Person
from orgs.services.intake import take_in_person

PEOPLE = ["姓名*", "所在单位*", "性别", "党内职务", "身份类型", "工作电话"]
UNITS = ["名称*", "类别*", "上级组织*", "区划代码", "统一社会信用代码", "办公电话"]


def upload(head, *rows):
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("台账.xlsx", out.getvalue())


def take(person, model, head, *rows, **more):
    return person.client.post(person.address(model, "import"), {"upload": upload(head, *rows), **more})


def complaints(answer) -> dict[tuple[int, str], str]:
    return {(each.row, each.column): each.sentence for each in answer.context["complaints"]}


def test_people_are_registered_and_the_same_file_again_changes_nothing(visit, cast):
    rows = [
        ["周一", "明月村党支部", "男", "支部委员", "村（社区）干部", "13900010001"],
        ["李顺", "明月村党支部", "", "党支部书记", "", ""],
    ]
    person = visit(cast.cadre_chen)
    count = Person.objects.count()
    for _ in range(2):
        assert take(person, "person", PEOPLE, *rows).status_code == 302
        assert Person.objects.count() == count + 1
    new = Person.objects.get(name="周一")
    assert (new.organization_id, new.sex, new.initials) == (cast.mingyue.pk, "male", "zy")
    li = Person.objects.get(pk=cast.secretary_li.pk)
    assert (li.party_post, li.work_phone) == ("党支部书记", cast.secretary_li.work_phone)


def test_one_wrong_row_keeps_every_row_out_and_is_named(visit, cast):
    """A unit out of reach, an unknown word and an empty name are told at their cells, also in the workbook itself."""
    rows = [
        ["周一", "明月村党支部", "男", "", "", ""],
        ["周二", "扬帆村党支部", "男", "", "", ""],
        ["周三", "明月村党支部", "先生", "", "", ""],
        ["", "明月村党支部", "", "", "", ""],
    ]
    person = visit(cast.cadre_chen)
    count = Person.objects.count()
    answer = take(person, "person", PEOPLE, *rows)
    assert answer.status_code == 422
    found = complaints(answer)
    assert set(found) == {(3, "所在单位"), (4, "性别"), (5, "姓名")}
    assert "不在您的管理范围内" in found[3, "所在单位"]
    assert Person.objects.count() == count
    assert answer.context["marked"].startswith("data:application/vnd.openxmlformats")


def test_a_rule_of_the_service_stands_at_its_cell(visit, cast):
    rows = [
        ["某合作公司", "企业", "三江镇党委", "", "915119025904xxxx", ""],
        ["新村党支部", "村党组织", "三江镇党委", "511902105201", "", ""],
    ]
    answer = take(visit(cast.cadre_chen), "organization", UNITS, *rows)
    found = complaints(answer)
    assert "GB 32100" in found[2, "统一社会信用代码"]
    assert "不在三江镇党委的区划之下" in found[3, "区划代码"]
    assert not Organization.objects.filter(name__in=["某合作公司", "新村党支部"]).exists()


def test_units_are_registered_and_corrected(visit, cast):
    person = visit(cast.cadre_chen)
    assert take(person, "organization", UNITS, ["某合作公司", "企业", "三江镇党委", "", "", ""]).status_code == 302
    row = ["某合作公司", "企业", "三江镇党委", "", "", "0827-5000009"]
    assert take(person, "organization", UNITS, row).status_code == 302
    assert Organization.objects.get(name="某合作公司").contact_phone == "0827-5000009"


def test_checking_keeps_nothing(visit, cast):
    answer = take(visit(cast.cadre_chen), "person", PEOPLE, ["周一", "明月村党支部", "", "", "", ""], check="1")
    assert answer.status_code == 200
    assert "检查通过：1 行" in answer.content.decode()
    assert not Person.objects.filter(name="周一").exists()


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a workbook", b"<html></html>", b"", b"\xd0\xcf\x11\xe0old xls"])
def test_a_file_that_is_no_workbook_is_refused(visit, cast, content):
    person = visit(cast.cadre_chen)
    file = SimpleUploadedFile("台账.xlsx", content)
    answer = person.client.post(person.address("person", "import"), {"upload": file})
    assert answer.status_code in (415, 422)
    assert answer.context["form"].errors


@pytest.mark.parametrize("model", ["person", "organization"])
def test_the_template_has_the_columns_and_only_ones_own_kinds(visit, cast, model):
    person = visit(cast.cadre_chen)
    book = load_workbook(io.BytesIO(person.client.get(person.address(model, "template")).content))
    head = [cell.value for cell in book.worksheets[0][1]]
    assert head == (PEOPLE if model == "person" else UNITS)
    lists = " ".join(str(rule.formula1) for rule in book.worksheets[0].data_validations.dataValidation)
    words = lists + " ".join(str(c.value) for sheet in book.worksheets[1:] for row in sheet for c in row)
    assert ("居民委员会" in words) == (model == "organization")
    assert "乡镇党委" not in lists


@pytest.mark.parametrize("name", ["secretary_li", "audit_admin", "system_admin"])
def test_who_may_not_register_may_not_import(visit, cast, name):
    other = visit(cast[name])
    for model in ("person", "organization"):
        assert other.client.get(other.address(model, "import")).status_code == 403
        assert other.client.get(other.address(model, "template")).status_code == 403
    assert visit(cast.cadre_chen).client.get("/admin/orgs/posting/import/").status_code == 404


LONG = 240


def many(count: int) -> list[list[str]]:
    return [[f"周{n:03d}", "明月村党支部", "", "", "", ""] for n in range(count)]


def percents(text: str) -> list[int]:
    return [int(found) for found in re.findall(r'<progress max="100" value="(\d+)">', text)]


def test_a_long_table_shows_how_far_it_is_and_then_what_came_of_it(visit, cast):
    """The bar grows with the rows, and says nothing before they are done."""
    answer = take(visit(cast.cadre_chen), "person", PEOPLE, *many(LONG))
    assert answer.status_code == 200
    assert answer.streaming
    chunks = iter(answer.streaming_content)
    head = next(chunks).decode()
    assert "240" in head
    assert percents(head) == []
    assert not Person.objects.filter(name="周000").exists()
    first = next(chunks).decode()
    assert percents(first) == [0]
    assert Person.objects.filter(name="周000").exists()
    assert not Person.objects.filter(name="周003").exists()
    rest = b"".join(chunks).decode()
    assert percents(rest) == list(range(1, 101))
    assert "已导入 240 行" in rest
    assert rest.rstrip().endswith("</html>")
    assert Person.objects.filter(name__startswith="周").count() == LONG


def test_a_page_left_in_the_middle_keeps_nothing(visit, cast):
    """Closing the page closes the transaction; the control is the whole page above."""
    answer = take(visit(cast.cadre_chen), "person", PEOPLE, *many(LONG))
    chunks = iter(answer.streaming_content)
    for _ in range(20):
        next(chunks)
    assert Person.objects.filter(name="周000").exists()
    answer._iterator.close()  # as the server does when the browser has gone
    assert not Person.objects.filter(name__startswith="周").exists()


def test_a_wrong_row_of_a_long_table_is_named_at_the_end(visit, cast):
    rows = many(LONG)
    rows[100][1] = "扬帆村党支部"
    page = b"".join(take(visit(cast.cadre_chen), "person", PEOPLE, *rows).streaming_content).decode()
    assert "一行也没有存：240 行中有 1 行需要改" in page
    assert "<td>102</td><td>所在单位</td>" in page
    assert "下载标红的表格" in page
    assert not Person.objects.filter(name__startswith="周").exists()


def test_checking_a_long_table_keeps_nothing(visit, cast):
    answer = take(visit(cast.cadre_chen), "person", PEOPLE, *many(LONG), check="1")
    page = b"".join(answer.streaming_content).decode()
    assert "检查通过：240 行" in page
    assert not Person.objects.filter(name__startswith="周").exists()


def test_a_fault_in_the_middle_is_said_on_the_page(visit, cast, monkeypatch):
    """Half of the page is on its way: no status can tell it any more."""
    screen = site.get_model_admin(Person)
    saved = []

    def save(**values):
        saved.append(screen.imports)
        if len(saved) == 50:
            raise RuntimeError("the disk is gone")
        return take_in_person(**values)

    monkeypatch.setattr(screen, "imports", replace(screen.imports, save=save))
    page = b"".join(take(visit(cast.cadre_chen), "person", PEOPLE, *many(LONG)).streaming_content).decode()
    assert "导入中断，一行也没有存" in page
    assert "disk" not in page
    assert page.rstrip().endswith("</html>")
    assert not Person.objects.filter(name__startswith="周").exists()


def test_the_trail_of_a_long_table_knows_its_request(visit, cast):
    """The page grows after the middleware has ended; the audit still carries the request's name."""
    answer = take(visit(cast.cadre_chen), "person", PEOPLE, *many(LONG))
    b"".join(answer.streaming_content)
    row = Person.objects.get(name="周239")
    assert audit.history(row)[0].request_id == answer["X-Request-ID"]
