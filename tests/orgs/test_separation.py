"""The three separated administrators, decided by the database when two people race."""

import pytest
from django.db import IntegrityError, transaction

from kit import constraints, policies
from kit.scoping import Place, standing_of
from orgs.choices import Role
from orgs.rules import ADMINISTRATORS
from tests.factories import PostingFactory


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.ORGANIZATION_OFFICER])
def test_the_database_separates_the_administrators(system_admin, cast, role):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        PostingFactory(person=system_admin, organization=cast.daxing, role=role)
    refusal = constraints.refusal(caught.value)
    assert (refusal.code, list(refusal.errors)) == ("administrators_separated", ["role"])


@pytest.mark.django_db
@pytest.mark.database
def test_one_person_may_hold_several_business_roles(secretary_li, cast):
    """Control: the constraint speaks of administrators only."""
    PostingFactory(person=secretary_li, organization=cast.tianma.organization, role=Role.JOINT_SECRETARY)
    PostingFactory(person=secretary_li, organization=cast.daxing, role=Role.MENTOR)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["system_admin", "security_admin", "audit_admin"])
def test_an_administrator_reaches_no_business_row(cast, name):
    """A demand, a minute, a ledger line: anything that is no organization, person or posting."""
    standing = standing_of(cast[name])
    assert (standing.paths, standing.body_ids, standing.unit_ids) == ((), frozenset(), frozenset())
    text = Place(cast.mingyue.path, cast.tianma.pk)
    assert not standing.reaches(text)
    assert standing_of(cast.secretary_li).reaches(text)


def test_an_administrator_holds_no_business_verb():
    held = {
        verb for verb, grants in policies.table().items() if any(each.roles & set(ADMINISTRATORS) for each in grants)
    }
    assert held
    assert {verb.split(".")[0] for verb in held} <= {"account", "admin", "audit", "outbox"}
    assert {verb for verb in held if verb.startswith(("account.", "admin."))} <= {
        *("account.open", "account.unlock", "account.reset_password", "account.disable", "account.enable"),
        *("account.reset_totp", "admin.staff"),
    }


def test_each_administrator_keeps_to_one_field():
    """No verb belongs to two of the three."""
    for verb, grants in policies.table().items():
        roles = {role for each in grants for role in each.roles} & set(ADMINISTRATORS)
        assert len(roles) <= 1, verb
