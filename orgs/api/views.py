"""The doors of 组织准备: each verb parses, makes one service call, and shows the row again."""

from typing import Any

from django.db.models import QuerySet

from kit.api.representation import Row
from kit.api.verbs import changes, creates, verb
from kit.api.views import ResourceView
from orgs import choices, rules, selectors
from orgs.api import filters, serializers
from orgs.services import joint_orgs, organizations, people, postings

TAG = "组织准备"


def _kept_by(verb_name: str) -> Any:
    """``unit.change`` or ``office.change``, by the kind of the organization in the row."""
    return lambda row: f"{rules.circle(row['kind'])}.{verb_name}"


def _is_no_joint_org(row: Row) -> bool:
    return row["kind"] != choices.OrganizationKind.JOINT_ORG


def _is_active(row: Row) -> bool:
    return row["state"] == choices.OrganizationState.ACTIVE and _is_no_joint_org(row)


class DivisionView(ResourceView):
    """Published data, the same for everybody who is signed in."""

    tag = TAG
    representation = serializers.DivisionShown
    filters = filters.DivisionFilters
    orderings = {"code": ("code",), "-code": ("-code",)}
    key_schema = {"type": "string", "pattern": "^[0-9]{6}([0-9]{3}([0-9]{3})?)?$"}

    def rows(self) -> QuerySet:
        return selectors.divisions()

    @classmethod
    def well_formed(cls, pk: str) -> bool:
        return pk.isascii() and pk.isdigit() and len(pk) in (6, 9, 12)


class OrganizationView(ResourceView):
    tag = TAG
    representation = serializers.OrganizationShown
    filters = filters.OrganizationFilters
    orderings = {"path": ("path",), "-path": ("-path",), "-id": ("-id",)}
    joins = ("parent", "division")

    def rows(self) -> QuerySet:
        return selectors.organizations(self.actor)

    @creates("登记", body=serializers.OrganizationBody)
    def create(self, data: Row) -> Any:
        return organizations.create_organization(actor=self.actor, now=self.now, **data)

    @changes("修改", body=serializers.OrganizationChangeBody, policy=_kept_by("change"), when=_is_active)
    def partial_update(self, row: Any, data: Row) -> None:
        organizations.change_organization(organization=row, actor=self.actor, now=self.now, **data)

    @verb(
        "retire",
        move="organization.retire",
        body=serializers.ReasonBody,
        policy=_kept_by("retire"),
        when=_is_no_joint_org,
    )
    def retire(self, row: Any, data: Row) -> None:
        organizations.retire_organization(organization=row, actor=self.actor, now=self.now, **data)

    @verb("move", "调整隶属", body=serializers.MoveBody, policy="organization.move", when=_is_active)
    def move(self, row: Any, data: Row) -> None:
        organizations.move_organization(organization=row, actor=self.actor, now=self.now, **data)


class JointOrgView(ResourceView):
    tag = TAG
    representation = serializers.JointOrgShown
    filters = filters.JointOrgFilters
    orderings = {"path": ("organization__path",), "-path": ("-organization__path",), "-id": ("-organization_id",)}
    joins = ("organization",)

    def rows(self) -> QuerySet:
        return selectors.joint_orgs(self.actor)

    @creates("凭批复成立", body=serializers.JointOrgBody)
    def create(self, data: Row) -> Any:
        return joint_orgs.found_joint_org(actor=self.actor, now=self.now, **data)

    @changes(
        "修改",
        body=serializers.JointOrgChangeBody,
        policy="joint_org.change",
        when=lambda row: row["state"] == choices.JointOrgState.ACTIVE,
    )
    def partial_update(self, row: Any, data: Row) -> None:
        joint_orgs.change_joint_org(joint_org=row, actor=self.actor, now=self.now, **data)

    @verb("dissolve", move="joint_org.dissolve", body=serializers.DissolveBody)
    def dissolve(self, row: Any, data: Row) -> None:
        joint_orgs.dissolve_joint_org(joint_org=row, actor=self.actor, now=self.now, **data)


def _is_running(row: Row) -> bool:
    return row["to_on"] is None and row["joint_org__state"] == choices.JointOrgState.ACTIVE


class MembershipView(ResourceView):
    tag = TAG
    representation = serializers.MembershipShown
    filters = filters.MembershipFilters
    orderings = {
        "path": ("joint_org__organization__path", "id"),
        "-path": ("-joint_org__organization__path", "-id"),
        "-id": ("-id",),
    }
    joins = ("joint_org__organization", "unit")

    def rows(self) -> QuerySet:
        return selectors.memberships(self.actor)

    @creates("加入", body=serializers.MembershipBody)
    def create(self, data: Row) -> Any:
        return joint_orgs.join_unit(actor=self.actor, now=self.now, **data)

    @verb("leave", "退出", body=serializers.EndBody, policy="membership.leave", when=_is_running)
    def leave(self, row: Any, data: Row) -> None:
        joint_orgs.leave_unit(membership=row, actor=self.actor, now=self.now, **data)

    @verb(
        "make-hub",
        "定为中心村",
        policy="joint_org.change",
        when=lambda row: (
            _is_running(row) and not row["is_hub"] and row["unit__kind"] == choices.OrganizationKind.VILLAGE_BRANCH
        ),
    )
    def make_hub(self, row: Any, data: Row) -> None:
        joint_orgs.move_hub(membership=row, actor=self.actor, now=self.now)


class PersonView(ResourceView):
    tag = TAG
    representation = serializers.PersonShown
    filters = filters.PersonFilters
    joins = ("organization",)

    def rows(self) -> QuerySet:
        return selectors.people(self.actor)

    @creates("登记", body=serializers.PersonBody)
    def create(self, data: Row) -> Any:
        return people.register_person(actor=self.actor, now=self.now, **data)

    @changes("修改", body=serializers.PersonChangeBody, policy="person.change")
    def partial_update(self, row: Any, data: Row) -> None:
        people.change_person(person=row, actor=self.actor, now=self.now, **data)


def _staffing(row: Row) -> str:
    if row["role"] in rules.ADMINISTRATORS:
        return "admin.staff"
    return f"{rules.circle(row['organization__kind'])}.staff"


class PostingView(ResourceView):
    tag = TAG
    representation = serializers.PostingShown
    filters = filters.PostingFilters
    # By organization first: a page then costs the same from a village to the district (see docs/performance.md).
    orderings = {
        "path": ("organization__path", "id"),
        "-path": ("-organization__path", "-id"),
        "-id": ("-id",),
    }
    joins = ("organization", "person")

    def rows(self) -> QuerySet:
        return selectors.postings(self.actor)

    @creates("任职", body=serializers.PostingBody)
    def create(self, data: Row) -> Any:
        return postings.appoint(actor=self.actor, now=self.now, **data)

    @verb("end", "免职", body=serializers.EndBody, policy=_staffing, when=lambda row: row["to_on"] is None)
    def end(self, row: Any, data: Row) -> None:
        postings.end_posting(posting=row, actor=self.actor, now=self.now, **data)
