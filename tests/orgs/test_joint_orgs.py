"""Founding, changing and dissolving joint organizations, and what none of that may touch."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from kit import facts, providers
from kit.errors import DomainError, Forbidden, RuleBroken
from orgs import events, selectors
from orgs.choices import JointOrgType, Role
from orgs.models import JointOrg, Membership, Organization
from orgs.services import joint_orgs
from orgs.services.postings import appoint

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def found(actor, cast, **changes):
    values = {
        "name": "三江水乡文旅发展联村党组织",
        "lead_township": cast.sanjiang,
        "units": [cast.longmen, cast.shuangzhai, cast.company],
        "hub": cast.longmen,
        "type": JointOrgType.VILLAGE_ENTERPRISE,
        "content_areas": ["industry", "culture"],
        "superior": cast.area,
        "approval_number": "三委〔2026〕9号",
        "approved_on": date(2026, 9, 1),
        "founded_on": date(2026, 9, 10),
        "now": NOW,
        **changes,
    }
    return joint_orgs.found_joint_org(actor=actor, **values)


def establishment() -> dict[str, list]:
    """Every byte of what a joint organization may never change: divisions, other organizations, people's homes."""
    with connection.cursor() as cursor:
        rows = {}
        for name, query in {
            "divisions": "SELECT d::text FROM orgs_division d ORDER BY code",
            "organizations": "SELECT o::text FROM orgs_organization o WHERE kind <> 'joint_org' ORDER BY id",
            "people": "SELECT p::text FROM orgs_person p ORDER BY id",
            "home postings": "SELECT p::text FROM orgs_posting p JOIN orgs_organization o ON o.id = p.organization_id"
            " WHERE o.kind <> 'joint_org' ORDER BY p.id",
        }.items():
            cursor.execute(query)
            rows[name] = cursor.fetchall()
    return rows


def test_the_establishment_stays_byte_for_byte(cast):
    """F-03: founding, joining, changing, leaving, dissolving touch no division, organization, person or home post."""
    before = establishment()
    assert all(before.values())
    row = found(cast.cadre_chen, cast)
    appoint(
        actor=cast.cadre_chen,
        person=cast.secretary_wang,
        organization=row.organization,
        role=Role.JOINT_SECRETARY,
        from_on=TODAY,
        now=NOW,
    )
    joint_orgs.join_unit(actor=cast.cadre_chen, joint_org=row, unit=cast.mingyue, from_on=TODAY, is_hub=True, now=NOW)
    joint_orgs.change_joint_org(actor=cast.cadre_chen, joint_org=row, name="三江水乡联村党组织", now=NOW)
    leaving = Membership.objects.get(joint_org=row, unit=cast.longmen)
    joint_orgs.leave_unit(actor=cast.cadre_chen, membership=leaving, on=TODAY, reason="产业调整", now=NOW)
    joint_orgs.dissolve_joint_org(
        actor=cast.cadre_chen, joint_org=row, document="三委〔2026〕12号", reason="任务完成", on=TODAY, now=NOW
    )
    assert establishment() == before


def test_the_proof_would_see_a_changed_row(cast):
    """The control: a changed parent or home organization is noticed."""
    before = establishment()
    Organization.objects.filter(pk=cast.company.pk).update(contact_phone="0827-000000")
    assert establishment() != before


def test_founding_creates_members_and_hub_at_once(cast):
    row = found(cast.cadre_chen, cast)
    home = selectors.joint_org_home(cast.cadre_chen, row.pk)
    assert home.members[0].unit == cast.longmen
    assert home.members[0].also_in == (cast.longmen_base.organization.name,)
    assert [f.event for f in facts.trail(row)] == [events.JOINT_ORG_FOUNDED]
    assert home.lead_township == cast.sanjiang


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"units": lambda c: [c.longmen]}, "units"),
        ({"units": lambda c: [c.longmen, c.shuangzhai]}, "type"),
        ({"units": lambda c: [c.longmen, c.longmen]}, "units"),
        ({"units": lambda c: [c.longmen, c.zengkou, c.company]}, "units"),
        ({"units": lambda c: [c.longmen, c.yangfan, c.company]}, "units"),
        ({"hub": lambda c: c.company}, "hub"),
        ({"hub": lambda c: c.mingyue}, "hub"),
        ({"type": "club"}, "type"),
        ({"type": JointOrgType.VILLAGE_ALLIANCE}, "subtype"),
        ({"subtype": "strong_led"}, "subtype"),
        ({"content_areas": ["poetry"]}, "content_areas"),
        ({"superior": lambda c: c.sanjiang}, "superior"),
        ({"approval_number": ""}, "approval_number"),
        ({"founded_on": date(2026, 8, 1)}, "founded_on"),
        ({"founded_on": TODAY + timedelta(days=1)}, "founded_on"),
        ({"name": ""}, "name"),
    ],
)
def test_bad_values_are_refused_at_the_field(cast, changes, field):
    before = (JointOrg.objects.count(), Organization.objects.count(), Membership.objects.count())
    values = {key: value(cast) if callable(value) else value for key, value in changes.items()}
    with pytest.raises(RuleBroken) as refused:
        found(cast.cadre_chen, cast, **values)
    assert field in refused.value.errors, refused.value.errors
    assert (JointOrg.objects.count(), Organization.objects.count(), Membership.objects.count()) == before


def test_across_townships_the_organization_department_decides(cast):
    units = [cast.longmen, cast.yangfan, cast.company]
    with pytest.raises(RuleBroken, match="区委组织部"):
        found(cast.district_zhao, cast, units=units, superior=None)
    row = found(cast.district_zhao, cast, units=units)
    assert selectors.joint_orgs(cast.secretary_sun).filter(pk=row.pk).exists()


def test_a_village_secretary_founds_nothing(cast):
    with pytest.raises(Forbidden):
        found(cast.secretary_li, cast, lead_township=cast.mingyue)


def test_two_members_and_the_hub_stay(cast):
    hub, other = Membership.objects.filter(joint_org=cast.longmen_base).order_by("-is_hub")
    with pytest.raises(RuleBroken, match="少于两个"):
        joint_orgs.leave_unit(actor=cast.cadre_chen, membership=other, on=TODAY, reason="退出", now=NOW)
    tianma_hub = Membership.objects.get(joint_org=cast.tianma, is_hub=True)
    with pytest.raises(RuleBroken, match="请先指定新的中心村"):
        joint_orgs.leave_unit(actor=cast.cadre_chen, membership=tianma_hub, on=TODAY, reason="退出", now=NOW)
    assert hub.is_hub


def test_leaving_twice_is_the_wrong_moment(cast):
    membership = Membership.objects.get(joint_org=cast.tianma, unit=cast.company)
    joint_orgs.leave_unit(actor=cast.cadre_chen, membership=membership, on=TODAY, reason="经营调整", now=NOW)
    with pytest.raises(DomainError) as refused:
        joint_orgs.leave_unit(actor=cast.cadre_chen, membership=membership, on=TODAY, reason="经营调整", now=NOW)
    assert refused.value.status == 409


def test_the_hub_moves_to_another_member_village(cast):
    membership = Membership.objects.get(joint_org=cast.tianma, unit=cast.daxing)
    joint_orgs.move_hub(actor=cast.cadre_chen, membership=membership, now=NOW)
    assert Membership.objects.get(joint_org=cast.tianma, is_hub=True).unit == cast.daxing
    company = Membership.objects.get(joint_org=cast.tianma, unit=cast.company)
    with pytest.raises(RuleBroken, match="须是成员单位中的一个村"):
        joint_orgs.move_hub(actor=cast.cadre_chen, membership=company, now=NOW)


def test_joining_twice_is_refused(cast):
    with pytest.raises(RuleBroken, match="已是成员单位"):
        joint_orgs.join_unit(actor=cast.cadre_chen, joint_org=cast.tianma, unit=cast.company, from_on=TODAY, now=NOW)


def test_open_business_of_upper_mechanisms_blocks_a_dissolution(cast, monkeypatch):
    """F-08, asked through a provider: orgs does not know who answers."""
    monkeypatch.setitem(providers._providers, "open_before_dissolution", [lambda joint_org: ["占用未归还2项"]])
    with pytest.raises(DomainError, match="占用未归还2项"):
        joint_orgs.dissolve_joint_org(
            actor=cast.cadre_chen, joint_org=cast.tianma, document="三委〔2026〕1号", reason="完成", on=TODAY, now=NOW
        )
    assert JointOrg.objects.get(pk=cast.tianma.pk).state == "active"


def test_a_dissolved_organization_is_an_archive(cast):
    joint_orgs.dissolve_joint_org(
        actor=cast.cadre_chen, joint_org=cast.tianma, document="三委〔2026〕12号", reason="完成", on=TODAY, now=NOW
    )
    with pytest.raises(DomainError, match="只有“运行中”时才能"):
        joint_orgs.dissolve_joint_org(
            actor=cast.cadre_chen, joint_org=cast.tianma, document="三委〔2026〕12号", reason="完成", on=TODAY, now=NOW
        )
    with pytest.raises(DomainError, match="已撤销"):
        joint_orgs.join_unit(actor=cast.cadre_chen, joint_org=cast.tianma, unit=cast.longmen, from_on=TODAY, now=NOW)
    assert not Membership.objects.filter(joint_org=cast.tianma, to_on=None).exists()
