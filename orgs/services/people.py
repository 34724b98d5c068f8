"""Verbs on people. Accounts and passwords have their own module."""

from datetime import datetime

from kit import facts, policies
from kit.errors import RuleBroken
from kit.pinyin import initials
from kit.services import service
from kit.validation import check_fields
from orgs import events
from orgs.models import Organization, Person

CHANGEABLE = ("name", "sex", "party_post", "identity_type", "work_phone")


@service
def register_person(
    *,
    actor,
    name: str,
    organization: Organization,
    sex: str = "",
    party_post: str = "",
    identity_type: str = "",
    work_phone: str = "",
    now: datetime,
) -> Person:
    """Register a person at their home organization. An account is opened separately."""
    person = Person(
        name=(name or "").strip(),
        organization=organization,
        sex=sex,
        party_post=party_post.strip(),
        identity_type=identity_type,
        work_phone=work_phone.strip(),
        created_at=now,
    )
    policies.require(actor, "person.create", person)
    check_fields(person, only=["name", *CHANGEABLE])
    person.initials = initials(person.name)
    person.set_unusable_password()
    person.save(force_insert=True)
    facts.record(events.PERSON_REGISTERED, actor=actor, org=organization, subject=person, at=now)
    return person


@service
def change_person(*, actor, person: Person, now: datetime, **changes: str) -> Person:
    """Change name, sex, Party post, identity or work phone. The home organization stays (five invariants)."""
    row = Person.objects.select_related("organization").select_for_update(of=("self",)).get(pk=person.pk)
    policies.require(actor, "person.change", row)
    if unknown := set(changes) - set(CHANGEABLE):
        raise RuleBroken(
            "not_changeable", "这些内容不能在这里改。", errors={f: ["不能修改。"] for f in sorted(unknown)}
        )
    changes = {field: (value or "").strip() for field, value in changes.items()}
    changed = sorted(f for f, value in changes.items() if getattr(row, f) != value)
    for field in changed:
        setattr(row, field, changes[field])
    check_fields(row, only=changed)
    if changed:
        row.initials = initials(row.name)
        row.save(update_fields=[*changed, "initials"])
        facts.record(events.PERSON_CHANGED, actor=actor, org=row.organization, subject=row, at=now, changed=changed)
    return row
