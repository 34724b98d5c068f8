"""Chainable row words of 组织准备."""

from datetime import date, datetime
from typing import Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from kit import scoping


class OrganizationQuerySet(QuerySet):
    def active(self) -> Self:
        return self.filter(state="active")

    def visible_to(self, person) -> Self:
        """Rows in reach: own subtrees, own bodies, and the member units of those bodies (their names only)."""
        standing = scoping.standing_of(person)
        reach = scoping.within(standing, path="path", body="id", administered=True)
        return self.filter(reach | Q(pk__in=standing.unit_ids))

    def under(self, path: str) -> Self:
        return self.filter(path__startswith=path)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class JointOrgQuerySet(QuerySet):
    def active(self) -> Self:
        return self.filter(state="active")

    def visible_to(self, person) -> Self:
        standing = scoping.standing_of(person)
        return self.filter(scoping.within(standing, path="organization__path", body="pk", administered=True))


class SpanQuerySet(QuerySet):
    """Rows with ``from_on`` and ``to_on`` (both included; ``to_on`` empty while running)."""

    def on(self, day: date) -> Self:
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class MembershipQuerySet(SpanQuerySet):
    def visible_to(self, person) -> Self:
        standing = scoping.standing_of(person)
        return self.filter(
            scoping.within(standing, path="joint_org__organization__path", body="joint_org_id", administered=True)
        )


class PostingQuerySet(SpanQuerySet):
    def visible_to(self, person) -> Self:
        """Postings at organizations in reach, and one's own."""
        standing = scoping.standing_of(person)
        reach = scoping.within(standing, path="organization__path", body="organization_id", administered=True)
        return self.filter(reach | Q(organization_id__in=standing.unit_ids) | Q(person_id=getattr(person, "pk", None)))


class PersonQuerySet(QuerySet):
    def get_by_natural_key(self, username: str):
        return self.get(username=username)

    def visible_to(self, person) -> Self:
        """People whose home organization or a posting of theirs is in reach, and oneself."""
        from orgs.models import Posting  # the queryset of a sibling model; models import this module

        standing = scoping.standing_of(person)
        reach = scoping.within(standing, path="organization__path", body="organization_id", administered=True)
        posted = Posting.objects.visible_to(person).filter(person_id=OuterRef("pk"))
        return self.filter(
            reach
            | Q(organization_id__in=standing.unit_ids)
            | Q(pk=getattr(person, "pk", None))
            | Exists(posted.order_by())
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
