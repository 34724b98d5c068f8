"""A change form carries the version it was filled with: a stale save overwrites nothing and says what is there now."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kit.admin.forms import ServiceForm
from kit.versions import version_of
from orgs.models import JointOrg, Organization
from tests.orgs.admin.conftest import sentences

FORM = {"name": "明月村党支部", "credit_code": "", "contact_phone": "0827-5000001"}


def test_two_clerks_at_one_form_lose_nothing(visit, cast):
    """The first save stands; the second is refused, keeps what was typed, and says what is in the system now."""
    clerk = visit(cast.cadre_chen)
    seen = clerk.seen("organization", cast.mingyue)
    assert clerk.change("organization", cast.mingyue, seen=seen, **FORM).status_code == 302
    late = clerk.change("organization", cast.mingyue, seen=seen, **FORM | {"contact_phone": "0827-5000002"})
    assert late.status_code == 200
    assert "这份内容刚被别人改过，没有保存" in sentences(late)
    assert "系统里现在是：0827-5000001" in late.context["adminform"].form.errors["contact_phone"][0]
    page = late.content.decode()
    assert 'value="0827-5000002"' in page
    assert Organization.objects.get(pk=cast.mingyue.pk).contact_phone == "0827-5000001"
    # The page now carries what was just shown: pressing again is a decision, no accident.
    again = late.context["adminform"].form.seen
    assert f'name="_seen" value="{again}"' in page
    answer = clerk.change("organization", cast.mingyue, seen=again, **FORM | {"contact_phone": "0827-5000002"})
    assert answer.status_code == 302
    assert Organization.objects.get(pk=cast.mingyue.pk).contact_phone == "0827-5000002"


def test_control_without_the_version_the_last_save_wins(visit, cast, monkeypatch):
    monkeypatch.setattr(ServiceForm, "_refuse_unseen", lambda self: None)
    clerk = visit(cast.cadre_chen)
    seen = clerk.seen("organization", cast.mingyue)
    for phone in ("0827-5000001", "0827-5000002"):
        values = FORM | {"contact_phone": phone}
        assert clerk.change("organization", cast.mingyue, seen=seen, **values).status_code == 302
    assert Organization.objects.get(pk=cast.mingyue.pk).contact_phone == "0827-5000002"


@pytest.mark.parametrize("seen", ["", "0" * 32, "x"])
def test_a_save_without_a_known_version_is_refused(visit, cast, seen):
    answer = visit(cast.cadre_chen).change("organization", cast.mingyue, seen=seen, **FORM)
    assert "没有保存" in sentences(answer)
    assert Organization.objects.get(pk=cast.mingyue.pk).contact_phone == ""


def test_values_kept_on_another_row_count_too(visit, cast):
    """The name of a joint organization is stored with its organization, and its form shows it."""
    clerk = visit(cast.cadre_chen)
    seen = clerk.seen("jointorg", cast.tianma)
    Organization.objects.filter(pk=cast.tianma.pk).update(name="天马联村党委")
    values = {"name": "天马粮油联村党委", "type": "village_alliance", "subtype": "strong_led", "superior": cast.area.pk}
    late = clerk.change("jointorg", cast.tianma, seen=seen, **values)
    assert "系统里现在是：天马联村党委" in late.context["adminform"].form.errors["name"][0]
    assert JointOrg.objects.get(pk=cast.tianma.pk).organization.name == "天马联村党委"


def test_what_the_form_does_not_write_makes_nothing_stale(visit, cast):
    """Signing in changes a person's row; the clerk who corrects the phone meanwhile is not bothered."""
    clerk = visit(cast.cadre_chen)
    seen = clerk.seen("person", cast.secretary_li)
    visit(cast.secretary_li)
    visit(cast.cadre_chen)
    answer = clerk.change("person", cast.secretary_li, seen=seen, name="李顺", work_phone="13900003333")
    assert answer.status_code == 302, sentences(answer)


def test_the_row_is_locked_before_it_is_compared(visit, cast):
    """Of two saves at the same moment the second waits, and is compared with what the first one wrote."""
    clerk = visit(cast.cadre_chen)
    seen = clerk.seen("organization", cast.mingyue)
    with CaptureQueriesContext(connection) as captured:
        clerk.change("organization", cast.mingyue, seen=seen, **FORM)
    asked = [q["sql"] for q in captured if '"orgs_organization"' in q["sql"]]
    lock = next(number for number, sql in enumerate(asked) if "FOR UPDATE" in sql)
    assert any("SELECT" in sql and "FOR UPDATE" not in sql for sql in asked[lock + 1 :])
    assert any(sql.startswith("UPDATE") for sql in asked[lock + 1 :])


def test_a_version_is_of_all_values():
    assert version_of({"a": "1", "b": ""}) == version_of({"b": "", "a": "1"})
    assert version_of({"a": "1", "b": ""}) != version_of({"a": "", "b": "1"})
