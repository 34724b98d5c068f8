"""Appointing people and ending their posts."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kit.errors import DomainError, Forbidden, RuleBroken
from kit.scoping import standing_of
from orgs.choices import Role
from orgs.models import Person, Posting
from orgs.services import people, postings
from tests.factories import PersonFactory, PostingFactory

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def appoint(actor, person, organization, role, **changes):
    values = {"from_on": TODAY, "now": NOW, **changes}
    return postings.appoint(actor=actor, person=person, organization=organization, role=role, **values)


@pytest.fixture
def clerk(cast):
    return PersonFactory(organization=cast.mingyue, name="周文书")


def test_township_officer_appoints_a_representative(cast, clerk):
    posting = appoint(cast.cadre_chen, clerk, cast.mingyue, Role.UNIT_REPRESENTATIVE)
    assert standing_of(Person.objects.get(pk=clerk.pk)).paths == (cast.mingyue.path,)
    assert posting.place.path == cast.mingyue.path


def test_a_post_elsewhere_leaves_the_home_organization_alone(cast):
    """Five invariants: personnel affiliation does not change."""
    appoint(cast.cadre_chen, cast.secretary_li, cast.tianma.organization, Role.JOINT_MEMBER)
    assert Person.objects.get(pk=cast.secretary_li.pk).organization_id == cast.mingyue.pk


@pytest.mark.parametrize(
    ("role", "changes", "field"),
    [
        (Role.AREA_SECRETARY, {}, "role"),
        ("king", {}, "role"),
        (Role.UNIT_REPRESENTATIVE, {"to_on": TODAY - timedelta(days=1)}, "to_on"),
        (Role.UNIT_REPRESENTATIVE, {"field": "finance"}, "field"),
        (Role.UNIT_REPRESENTATIVE, {"recruitment_channel": "lottery"}, "recruitment_channel"),
    ],
)
def test_bad_values_are_refused_at_the_field(cast, clerk, role, changes, field):
    before = Posting.objects.count()
    with pytest.raises(RuleBroken) as refused:
        appoint(cast.cadre_chen, clerk, cast.mingyue, role, **changes)
    assert field in refused.value.errors
    assert Posting.objects.count() == before


def test_overlapping_postings_are_refused_with_the_days(cast, clerk):
    PostingFactory(
        person=clerk,
        organization=cast.mingyue,
        role=Role.UNIT_REPRESENTATIVE,
        from_on=date(2026, 3, 1),
        to_on=date(2026, 9, 30),
    )
    with pytest.raises(RuleBroken, match="自2026年3月1日至2026年9月30日已任"):
        appoint(cast.cadre_chen, clerk, cast.mingyue, Role.UNIT_REPRESENTATIVE, from_on=date(2026, 9, 30))
    appoint(cast.cadre_chen, clerk, cast.mingyue, Role.UNIT_REPRESENTATIVE, from_on=date(2026, 10, 1))


def test_a_single_post_is_held_by_one(cast, clerk):
    with pytest.raises(RuleBroken, match="只设一人"):
        appoint(cast.cadre_chen, clerk, cast.mingyue, Role.UNIT_SECRETARY)


def test_a_township_officer_cannot_raise_anybody_to_the_district(cast, clerk):
    for role, organization in [
        (Role.ORGANIZATION_OFFICER, cast.district),
        (Role.TOWNSHIP_OFFICER, cast.sanjiang),
        (Role.SYSTEM_ADMIN, cast.district),
        (Role.AREA_SECRETARY, cast.area),
    ]:
        with pytest.raises(DomainError) as refused:
            appoint(cast.cadre_chen, clerk, organization, role)
        assert refused.value.status in (403, 404)


def test_a_person_out_of_reach_is_not_appointed(cast):
    with pytest.raises(RuleBroken) as refused:
        appoint(cast.cadre_chen, cast.secretary_sun, cast.mingyue, Role.UNIT_REPRESENTATIVE)
    assert refused.value.errors["person"] == ["人员没有找到，或者不在您的管理范围内。"]


def test_ending_a_post_twice_is_the_wrong_moment(cast):
    posting = cast.secretary_wang.postings.get()
    yesterday = TODAY - timedelta(days=1)
    postings.end_posting(actor=cast.cadre_chen, posting=posting, on=yesterday, reason="换届", now=NOW)
    with pytest.raises(DomainError) as refused:
        postings.end_posting(actor=cast.cadre_chen, posting=posting, on=TODAY, reason="换届", now=NOW)
    assert (refused.value.status, refused.value.code) == (409, "posting_ended")


def test_an_ended_post_opens_nothing_on_the_next_request(cast):
    """S5"""
    posting = cast.secretary_wang.postings.get()
    assert standing_of(Person.objects.get(pk=cast.secretary_wang.pk)).posts
    yesterday = TODAY - timedelta(days=1)
    postings.end_posting(actor=cast.cadre_chen, posting=posting, on=yesterday, reason="换届", now=NOW)
    assert not standing_of(Person.objects.get(pk=cast.secretary_wang.pk)).posts


def test_people_are_registered_by_their_township(cast):
    person = people.register_person(
        actor=cast.cadre_chen, name=" 郑小梅 ", organization=cast.daxing, work_phone="13900000000", now=NOW
    )
    assert (person.name, person.initials, person.has_usable_password()) == ("郑小梅", "zxm", False)
    with pytest.raises(Forbidden):
        people.register_person(actor=cast.secretary_li, name="郑二", organization=cast.mingyue, now=NOW)


def test_the_home_organization_is_not_changeable(cast, clerk):
    with pytest.raises(RuleBroken) as refused:
        people.change_person(actor=cast.cadre_chen, person=clerk, now=NOW, organization=cast.daxing)
    assert "organization" in refused.value.errors
