"""The three separated administrators, decided by the database when two people race."""

import pytest
from django.db import IntegrityError, transaction

from kit import constraints
from orgs.choices import Role
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
