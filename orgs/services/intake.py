"""Rows of an uploaded register: a new one is registered, a known one corrected, the same again changes nothing."""

from datetime import datetime

from kit.services import service
from orgs.models import Division, Organization, Person
from orgs.services.organizations import change_organization, create_organization
from orgs.services.people import change_person, register_person


@service
def take_in_organization(
    *,
    actor,
    name: str,
    kind: str,
    parent: Organization,
    division: Division | None = None,
    credit_code: str | None = None,
    contact_phone: str | None = None,
    now: datetime,
) -> Organization:
    """One row of the register of units, known by kind, superior and name. An empty cell changes nothing.

    Raises what registering and correcting raise.
    """
    given = {field: value for field, value in (("credit_code", credit_code), ("contact_phone", contact_phone)) if value}
    known = Organization.objects.visible_to(actor).active().filter(kind=kind, parent=parent, name=name.strip()).first()
    if known is not None:
        return change_organization(actor=actor, organization=known, now=now, **given)
    return create_organization(actor=actor, name=name, kind=kind, parent=parent, division=division, now=now, **given)


@service
def take_in_person(
    *,
    actor,
    name: str,
    organization: Organization,
    sex: str | None = None,
    party_post: str | None = None,
    identity_type: str | None = None,
    work_phone: str | None = None,
    now: datetime,
) -> Person:
    """One row of the register of people, known by home organization and name. An empty cell changes nothing.

    Two people of one name in one organization are told apart by their work phone; without it a third is registered by
    hand. Raises what registering and correcting raise.
    """
    columns = (("sex", sex), ("party_post", party_post), ("identity_type", identity_type), ("work_phone", work_phone))
    given = {field: value for field, value in columns if value}
    namesakes = list(Person.objects.visible_to(actor).filter(organization=organization, name=name.strip()))
    if len(namesakes) > 1:
        namesakes = [person for person in namesakes if person.work_phone == (work_phone or "")]
    if len(namesakes) == 1:
        return change_person(actor=actor, person=namesakes[0], now=now, **given)
    return register_person(actor=actor, name=name, organization=organization, now=now, **given)
