"""Chainable row words of 组织准备."""

from datetime import date, datetime
from typing import Any, Self

from django.db.models import Q, QuerySet

from kit import scoping


class OrganizationQuerySet(QuerySet):
    def active(self) -> Self:
        return self.filter(state="active")

    def visible_to(self, person) -> Self:
        """Rows in reach: own subtrees, own bodies, and the member units of those bodies (their names only)."""
        return self.filter(scoping.at_organization(scoping.standing_of(person), path="path"))

    def under(self, path: str) -> Self:
        return self.filter(path__startswith=path)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class JointOrgQuerySet(QuerySet):
    def active(self) -> Self:
        return self.filter(state="active")

    def visible_to(self, person) -> Self:
        reach = scoping.at_organization(scoping.standing_of(person), path="organization__path")
        # The kind adds nothing but an index that holds joint organizations alone.
        return self.filter(reach, organization__kind="joint_org")


class SpanQuerySet(QuerySet):
    """Rows with ``from_on`` and ``to_on`` (both included; ``to_on`` empty while running)."""

    def on(self, day: date) -> Self:
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class MembershipQuerySet(SpanQuerySet):
    def visible_to(self, person) -> Self:
        reach = scoping.at_organization(scoping.standing_of(person), path="joint_org__organization__path")
        return self.filter(reach, joint_org__organization__kind="joint_org")


class PostingQuerySet(SpanQuerySet):
    def visible_to(self, person) -> Self:
        """Postings at organizations in reach."""
        return self.filter(scoping.at_organization(scoping.standing_of(person), path="organization__path"))


class PersonQuerySet(QuerySet):
    def get_by_natural_key(self, username: str):
        return self.get(username=username)

    def visible_to(self, person) -> Self:
        """People whose home organization or a posting of theirs is in reach, and oneself."""
        from orgs.models import Person, Posting  # models import this module

        at_home = Person.objects.filter(scoping.at_organization(scoping.standing_of(person), path="organization__path"))
        posted = Posting.objects.visible_to(person)
        own_id: Any = getattr(person, "pk", None)
        oneself = Person.objects.filter(pk=own_id)
        # A union of three short lists; an OR over the three would read every person.
        return self.filter(
            pk__in=at_home.order_by().values("pk").union(posted.order_by().values("person_id"), oneself.values("pk"))
        )


class TrustedDeviceQuerySet(QuerySet):
    def trusted(self, now: datetime) -> Self:
        """Neither revoked nor past its 30 days."""
        return self.filter(revoked_at__isnull=True, trusted_until__gt=now)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class SignInQuerySet(QuerySet):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)


class RecoveryCodeQuerySet(QuerySet):
    def unused(self) -> Self:
        return self.filter(used_at__isnull=True)
