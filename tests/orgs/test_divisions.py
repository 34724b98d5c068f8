"""行政区划 from the published files: every kind of bad line by file and line number, all or nothing, repeatable."""

import hashlib
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kit.actors import System
from kit.errors import Forbidden, RuleBroken
from kit.models import AuditEvent, Fact
from orgs import events
from orgs.models import Division
from orgs.services.division_files import DivisionFile
from orgs.services.divisions import import_divisions

pytestmark = pytest.mark.django_db

LOADER = System("tests", verbs=frozenset({"division.import"}))
BAZHOU = Path(__file__).resolve().parents[2] / "orgs/data/bazhou.csv"
DISTRICTS = "code,name,cityCode,provinceCode\n511902,巴州区,5119,51\n"
TOWNSHIPS = (
    'code,name,areaCode,provinceCode,cityCode\n511902105,"曾口镇",511902,51,5119\n511902107,"三江镇",511902,51,5119\n'
)
VILLAGES_HEADER = "code,name,streetCode,provinceCode,cityCode,areaCode\n"
VILLAGES = (
    VILLAGES_HEADER
    + '511902107205,"明月村民委员会",511902107,51,5119,511902\n'
    + '511902107207,"大兴村民委员会",511902107,51,5119,511902\n'
)
THREE = {"districts.csv": DISTRICTS, "townships.csv": TOWNSHIPS, "villages.csv": VILLAGES}


def load(texts: dict[str, str | bytes], *, actor=LOADER, progress=None):
    """Import files given as name → text (UTF-8) or bytes."""
    files = [
        DivisionFile(name, io.BytesIO(text if isinstance(text, bytes) else text.encode()))
        for name, text in texts.items()
    ]
    return import_divisions(actor=actor, files=files, now=timezone.now(), progress=progress)


def faults(texts: dict[str, str | bytes], **kwargs) -> list[str]:
    """The sentences of a refused import; nothing may have been saved."""
    before = list(Division.objects.order_by("pk").values_list("pk", "name"))
    with pytest.raises(RuleBroken) as refusal:
        load(texts, **kwargs)
    assert list(Division.objects.order_by("pk").values_list("pk", "name")) == before
    assert refusal.value.code == "bad_division_files"
    assert "没有导入任何一行" in refusal.value.message
    return refusal.value.errors["files"]


def test_files_in_any_order_build_the_tree():
    outcome = load(dict(reversed(THREE.items())))
    assert (outcome.created, outcome.changed, outcome.unchanged) == (5, 0, 0)
    assert outcome.districts == ("511902",)
    village = Division.objects.select_related("parent__parent").get(pk="511902107205")
    assert (village.name, village.level, village.parent.name, village.parent.parent.name) == (
        "明月村民委员会",
        12,
        "三江镇",
        "巴州区",
    )


def test_loading_again_changes_nothing():
    load(THREE)
    outcome = load(THREE)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, 5)


def test_a_new_name_is_reported_and_other_rows_stay():
    load(THREE)
    outcome = load({"villages.csv": VILLAGES.replace("大兴村民委员会", "大兴社区居民委员会")})
    assert (outcome.created, outcome.unchanged) == (0, 1)
    assert outcome.renamed == (("511902107207", "大兴村民委员会", "大兴社区居民委员会"),)
    assert Division.objects.get(pk="511902107207").name == "大兴社区居民委员会"
    assert Division.objects.count() == 5


def test_parents_may_come_from_an_earlier_load():
    load({"districts.csv": DISTRICTS, "townships.csv": TOWNSHIPS})
    assert load({"villages.csv": VILLAGES}).created == 2


def test_the_shipped_file_of_bazhou_holds_the_standing_case():
    with BAZHOU.open("rb") as stream:
        outcome = import_divisions(actor=LOADER, files=[DivisionFile(BAZHOU.name, stream)], now=timezone.now())
    assert outcome.created == 352
    assert Division.objects.filter(level=12).count() == 326
    assert Division.objects.get(pk="511902107208").parent.name == "三江镇"


@pytest.mark.parametrize(
    "row, sentence",
    [
        (
            "51190210720,明月村民委员会,511902107,51,5119,511902",
            "代码 51190210720 位数不够（村（社区）应是 12 位，现为 11 位）",
        ),
        (
            "5119021072051,明月村民委员会,511902107,51,5119,511902",
            "代码 5119021072051 位数过多（村（社区）应是 12 位，现为 13 位）",
        ),
        ("51190210720X,明月村民委员会,511902107,51,5119,511902", "代码 51190210720X 含非数字"),
        ("5.11902E+11,明月村民委员会,511902107,51,5119,511902", "代码 5.11902E+11 含非数字"),
        ("５１１９０２１０７２０５,明月村民委员会,511902107,51,5119,511902", "代码 ５１１９０２１０７２０５ 含非数字"),
        ("011902107205,明月村民委员会,011902107,01,0119,011902", "代码 011902107205 以 0 开头，不是区划代码"),
        (",明月村民委员会,511902107,51,5119,511902", "代码为空"),
        ("511902107205,,511902107,51,5119,511902", "代码 511902107205 没有名称"),
        (
            f"511902107205,{'长' * 61},511902107,51,5119,511902",
            "代码 511902107205 的名称过长（最多 60 字，现为 61 字）",
        ),
        ("511902107205,明月\ufffd,511902107,51,5119,511902", "代码 511902107205 的名称里有换行、乱码或控制字符"),
        ("511902107205,明月村民委员会,511902107,51", "应有 6 列，现有 4 列"),
        ("511902107205,明月,村民委员会,511902107,51,5119,511902", "应有 6 列，现有 7 列"),
        (
            "511902107205,明月村民委员会,511902105,51,5119,511902",
            "代码 511902107205 不在所属乡镇（街道）之下：streetCode 是 511902105，代码前 9 位是 511902107",
        ),
        (
            "511902107205,明月村民委员会,511902107,51,5119,511903",
            "代码 511902107205 不在所属县（区）之下：areaCode 是 511903，代码前 6 位是 511902",
        ),
        (
            "511902199205,明月村民委员会,511902199,51,5119,511902",
            "代码 511902199205 的上级不存在：没有乡镇（街道） 511902199，请把上级所在的文件一起导入",
        ),
        ("511902107207,大兴村民委员会,511902107,51,5119,511902", "代码 511902107207 重复，第一次在 villages.csv:3"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_saved(row, sentence):
    assert faults({**THREE, "villages.csv": f"{VILLAGES}\n{row}\n"}) == [f"villages.csv:5: {sentence}"]


def test_a_township_under_the_wrong_county():
    text = TOWNSHIPS + "511903100,某镇,511902,51,5119\n"
    assert faults({**THREE, "townships.csv": text}) == [
        "townships.csv:4: 代码 511903100 不在所属县（区）之下：areaCode 是 511902，代码前 6 位是 511903"
    ]


def test_a_code_in_two_files_is_named_with_both_places():
    assert faults({**THREE, "more.csv": VILLAGES_HEADER + VILLAGES.splitlines()[2]}) == [
        "more.csv:2: 代码 511902107207 重复，第一次在 villages.csv:3"
    ]


def test_several_faults_are_told_in_the_order_of_the_lines():
    text = VILLAGES + "5119021072,短村,511902107,51,5119,511902\n51190210721O,欧村,511902107,51,5119,511902\n"
    assert [each.split(": ")[0] for each in faults({**THREE, "villages.csv": text})] == [
        "villages.csv:4",
        "villages.csv:5",
    ]


def test_beyond_a_hundred_faults_only_the_count_grows():
    text = VILLAGES_HEADER + "51,短村,511902107,51,5119,511902\n" * 250
    with pytest.raises(RuleBroken, match="250 处错误，先列出前 100 处") as refusal:
        load({**THREE, "villages.csv": text})
    assert len(refusal.value.errors["files"]) == 100


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "gb18030"])
def test_bom_and_gbk_are_read(encoding):
    load({name: text.encode(encoding) for name, text in THREE.items()})
    assert Division.objects.get(pk="511902107205").name == "明月村民委员会"


@pytest.mark.parametrize(
    "content, sentence",
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "villages.csv: 不是 CSV 文件（像是 Excel 工作簿），请另存为“CSV UTF-8”"),
        ("code,name\n511902,巴州区".encode("utf-16"), "villages.csv: 不是 CSV 文本文件，请另存为“CSV UTF-8”"),
        (
            b"code,name,streetCode\n511902107205,\xff\xff\xff,511902107\n",
            "villages.csv: 文字编码既不是 UTF-8 也不是 GBK",
        ),
        (b"", "villages.csv:1: 文件是空的"),
        (b"name,streetCode\n", "villages.csv:1: 第一行应是列名 code,name,…，缺少 code"),
        ("代码,名称\n511902,巴州区\n".encode(), "villages.csv:1: 第一行应是列名 code,name,…，缺少 code、name"),
        (VILLAGES_HEADER.encode() + b'511902107205,"' + b"x" * 200_000, "villages.csv:2: 不是完整的 CSV 行"),
        (VILLAGES_HEADER.encode(), "villages.csv: 没有一行区划"),
    ],
)
def test_a_file_that_is_not_what_it_says(content, sentence):
    (found,) = faults({"villages.csv": content})
    assert found.startswith(sentence)


def test_files_above_the_county_and_twins_are_passed_over():
    outcome = load(
        {
            "provinces.csv": "code,name\n51,四川省\n",
            "cities.csv": "code,name,provinceCode\n5119,巴中市,51\n",
            **THREE,
            "copy.csv": VILLAGES,
        }
    )
    assert {file.name: file.passed_over for file in outcome.files if file.passed_over} == {
        "provinces.csv": "县级以上，不导入",
        "cities.csv": "县级以上，不导入",
        "copy.csv": "与 villages.csv 内容相同",
    }
    assert outcome.created == 5


def test_mixed_levels_by_parent_code():
    header = "code,name,parentCode\n"
    assert load({"all.csv": header + "511902107,三江镇,511902\n511902,巴州区,\n"}).created == 2
    assert faults({"all.csv": header + "511902108,鼎山镇,511903\n51190210,短,511902\n"}) == [
        "all.csv:2: 代码 511902108 不在所属上级之下：parentCode 是 511903，应是 511902",
        "all.csv:3: 代码 51190210 位数不对（应是 6、9 或 12 位，现为 8 位）",
    ]


def test_names_keep_backslashes_and_rare_characters():
    name = r"𬭎\N\.村\t"
    load({**THREE, "villages.csv": VILLAGES_HEADER + f"511902107299,{name},511902107,51,5119,511902\n"})
    assert Division.objects.get(pk="511902107299").name == name


def test_a_load_leaves_one_fact_with_every_hash_and_the_counts():
    """G1: one event per load with the files' hashes, not one per row; a refused load leaves none."""
    load(THREE)
    load({"villages.csv": VILLAGES.replace("大兴村民委员会", "大兴社区居民委员会")})
    faults({"villages.csv": VILLAGES_HEADER + "1,短,511902107,51,5119,511902\n"})
    first, second = Fact.objects.filter(event=events.DIVISIONS_IMPORTED).order_by("at")
    assert (first.subject, first.actor) == ("orgs.division:511902", "system:tests")
    assert first.details["files"] == [
        {"name": name, "sha256": hashlib.sha256(text.encode()).hexdigest(), "rows": len(text.splitlines()) - 1}
        for name, text in THREE.items()
    ]
    assert (first.details["created"], first.details["changed"], first.details["unchanged"]) == (5, 0, 0)
    assert second.details["renamed"] == [["511902107207", "大兴村民委员会", "大兴社区居民委员会"]]


def test_only_the_organization_department_loads_and_only_its_own_district(
    district_zhao, cadre_chen, system_admin, outsider
):
    for person in (cadre_chen, system_admin, outsider):
        with pytest.raises(Forbidden):
            load(THREE, actor=person)
    foreign = "code,name,cityCode,provinceCode\n511903,恩阳区,5119,51\n"
    assert faults({"districts.csv": foreign}, actor=district_zhao) == ["districts.csv:2: 代码 511903 不在您的区县之内"]
    assert load({**THREE}, actor=district_zhao).unchanged > 0


def test_progress_reaches_the_end_of_both_stages():
    seen: list[tuple[str, int, int]] = []
    load(THREE, progress=lambda *step: seen.append(step))
    assert [step[0] for step in seen if step[1] == step[2]][-1] == "写入"
    assert {stage for stage, _, _ in seen} == {"读取", "写入"}


@pytest.mark.database
def test_the_database_refuses_a_village_under_the_wrong_township(cast):
    with pytest.raises(IntegrityError, match="division_parent_is_code_prefix"), transaction.atomic():
        Division.objects.filter(pk="511902107205").update(parent="511902105")


@pytest.mark.database
def test_a_load_is_one_event_and_a_change_by_hand_is_another():
    """G1: one event a load, naming each file's hash; behind the import's back every row counts."""
    load(THREE)
    (event,) = AuditEvent.objects.filter(table_name="orgs_division")
    assert (event.op, event.after["rows"]) == ("load", 5)
    assert hashlib.sha256(VILLAGES.encode()).hexdigest() in event.after["source"]
    Division.objects.filter(pk="511902107205").update(name="改")
    assert AuditEvent.objects.get(table_name="orgs_division", op="update").row_id == "511902107205"


@pytest.mark.database
def test_the_web_role_removes_no_division(cast):
    with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM orgs_division")


def test_the_command_takes_a_folder_and_tells_what_it_did(tmp_path, capsys):
    for name, text in THREE.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    call_command("import_divisions", str(tmp_path))
    out, err = capsys.readouterr()
    assert "新增 5，更名 0，未变 0" in out
    assert "sha256" in out
    assert "读取 100%" in err


def test_the_command_prints_every_fault_and_saves_nothing(tmp_path):
    (tmp_path / "villages.csv").write_text(VILLAGES, encoding="utf-8")
    with pytest.raises(CommandError, match=r"villages\.csv:2: 代码 511902107205 的上级不存在"):
        call_command("import_divisions", str(tmp_path), verbosity=0)
    with pytest.raises(CommandError, match="打不开"):
        call_command("import_divisions", str(tmp_path / "absent.csv"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match="没有 CSV 文件"):
        call_command("import_divisions", str(tmp_path / "empty"))
    assert not Division.objects.exists()
