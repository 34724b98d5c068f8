"""Registering, changing, retiring and moving organizations."""

import pytest
from django.utils import timezone

from kit import facts
from kit.errors import Forbidden, Hidden, RuleBroken
from kit.scoping import standing_of
from orgs import events, selectors
from orgs.choices import OrganizationKind as Kind
from orgs.models import FormerPath, Organization
from orgs.services import organizations
from tests.factories import DivisionFactory, OrganizationFactory

NOW = timezone.now()
VALID_CREDIT_CODE = "91110000600037341L"


def create(actor, parent, **changes):
    values = {"kind": Kind.ENTERPRISE, "name": "某粮油加工企业", "parent": parent, "now": NOW, **changes}
    return organizations.create_organization(actor=actor, **values)


def test_township_officer_registers_an_enterprise(cast):
    row = create(cast.cadre_chen, cast.sanjiang, credit_code=VALID_CREDIT_CODE.lower())
    assert row.path.startswith(cast.sanjiang.path + "u")
    assert row.credit_code == VALID_CREDIT_CODE
    assert row.initials == "mlyjgqy"
    assert [f.event for f in facts.trail(row)] == [events.ORGANIZATION_CREATED]


def test_numbers_under_one_parent_are_never_given_twice(cast):
    paths = {create(cast.cadre_chen, cast.sanjiang, name=f"某合作社{n}", kind=Kind.COOPERATIVE).path for n in range(3)}
    assert len(paths) == 3


def test_village_secretary_may_not_register_units(cast):
    with pytest.raises(Forbidden):
        create(cast.secretary_li, cast.mingyue)


def test_neighbour_township_is_hidden(cast):
    with pytest.raises(Hidden):
        create(cast.cadre_chen, cast.zengkou)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 81}, "name"),
        ({"name": "坏\x00名"}, "name"),
        ({"kind": "club"}, "kind"),
        ({"kind": Kind.JOINT_ORG}, "kind"),
        ({"credit_code": "91110000600037341M"}, "credit_code"),
        ({"credit_code": "123"}, "credit_code"),
    ],
)
def test_bad_values_are_refused_at_the_field(cast, changes, field):
    before = Organization.objects.count()
    with pytest.raises(RuleBroken) as refused:
        create(cast.cadre_chen, cast.sanjiang, **changes)
    assert field in refused.value.errors
    assert Organization.objects.count() == before


def test_village_needs_a_code_of_its_own_township(cast):
    zhongxing = DivisionFactory(code="511902107210")
    foreign = DivisionFactory(code="511902105209")
    with pytest.raises(RuleBroken, match="不在三江镇"):
        create(cast.cadre_chen, cast.sanjiang, kind=Kind.VILLAGE_BRANCH, name="中兴村党支部", division=foreign)
    with pytest.raises(RuleBroken, match="须选择行政区划"):
        create(cast.cadre_chen, cast.sanjiang, kind=Kind.VILLAGE_BRANCH, name="中兴村党支部")
    with pytest.raises(RuleBroken, match="12位"):
        create(cast.cadre_chen, cast.sanjiang, kind=Kind.VILLAGE_BRANCH, name="中兴村党支部", division=zhongxing.parent)
    row = create(cast.cadre_chen, cast.sanjiang, kind=Kind.VILLAGE_BRANCH, name="中兴村党支部", division=zhongxing)
    assert row.path == "d511902/t107/v210/"


def test_one_division_has_one_branch_by_the_database(cast):
    """The constraint speaks the same Chinese as a rule."""
    with pytest.raises(RuleBroken, match="已登记过"):
        create(
            cast.cadre_chen,
            cast.sanjiang,
            kind=Kind.VILLAGE_BRANCH,
            name="明月村二支部",
            division=cast.mingyue.division,
        )


def test_offices_are_kept_by_the_district(cast):
    with pytest.raises((Hidden, Forbidden)):
        create(cast.cadre_chen, cast.district, kind=Kind.AREA_COMMITTEE, name="某片区联合党委")
    assert (
        create(cast.district_zhao, cast.district, kind=Kind.AREA_COMMITTEE, name="某片区联合党委").path == "d511902/a2/"
    )


def test_change_records_what_changed_and_nothing_else(cast):
    row = organizations.change_organization(
        actor=cast.cadre_chen, organization=cast.company, name="某生态农业公司", contact_phone="", now=NOW
    )
    assert row.initials == "mstnygs"
    [fact] = facts.trail(row)
    assert fact.details["changed"] == ["name"]
    organizations.change_organization(actor=cast.cadre_chen, organization=row, name=row.name, now=NOW)
    assert len(facts.trail(row)) == 1


def test_kind_and_path_cannot_be_changed(cast):
    with pytest.raises(RuleBroken) as refused:
        organizations.change_organization(actor=cast.cadre_chen, organization=cast.company, path="d511902/", now=NOW)
    assert refused.value.errors == {"path": ["不能修改。"]}


def test_a_member_unit_or_an_office_with_people_is_not_retired(cast):
    with pytest.raises(RuleBroken, match="人在任"):
        organizations.retire_organization(actor=cast.cadre_chen, organization=cast.company, reason="注销", now=NOW)
    with pytest.raises(RuleBroken, match="还是联村党组织的成员单位"):
        organizations.retire_organization(actor=cast.cadre_chen, organization=cast.daxing, reason="注销", now=NOW)
    with pytest.raises(RuleBroken, match="请填写撤销原因"):
        organizations.retire_organization(actor=cast.cadre_chen, organization=cast.company, reason=" ", now=NOW)


def test_retiring_twice_is_an_illegal_move(cast):
    unit = create(cast.cadre_chen, cast.sanjiang)
    organizations.retire_organization(actor=cast.cadre_chen, organization=unit, reason="企业注销", now=NOW)
    with pytest.raises(Exception, match="已撤销"):
        organizations.retire_organization(actor=cast.cadre_chen, organization=unit, reason="企业注销", now=NOW)


def test_moving_a_unit_takes_its_subtree_and_keeps_the_old_path(cast):
    old = cast.company.path
    row = organizations.move_organization(
        actor=cast.district_zhao, organization=cast.company, parent=cast.zengkou, reason="区划调整", now=NOW
    )
    assert row.path == "d511902/t105/u1/"
    assert FormerPath.objects.get(organization=row).path == old
    assert not selectors.people(cast.cadre_chen).filter(organization=row, postings=None).exists()


def test_moving_into_itself_or_onto_a_taken_place_is_refused(cast):
    OrganizationFactory(kind=Kind.ENTERPRISE, parent=cast.zengkou, number=1)
    with pytest.raises(RuleBroken, match="相同编号"):
        organizations.move_organization(
            actor=cast.district_zhao, organization=cast.company, parent=cast.zengkou, reason="调整", now=NOW
        )
    with pytest.raises(RuleBroken, match="已经在"):
        organizations.move_organization(
            actor=cast.district_zhao, organization=cast.company, parent=cast.sanjiang, reason="调整", now=NOW
        )
    with pytest.raises(Forbidden):
        organizations.move_organization(
            actor=cast.cadre_chen, organization=cast.company, parent=cast.sanjiang, reason="调整", now=NOW
        )


def test_an_inactive_person_stands_nowhere(cast):
    cast.secretary_li.is_active = False
    assert standing_of(cast.secretary_li).posts == ()
    assert not selectors.organizations(cast.secretary_li).exists()
