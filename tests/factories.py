"""Things for tests, made straight in the database by a system actor: no verb, no fact, just the rows.

Codes and village names are the published ones of 巴州区; persons and phone numbers are invented.
"""

from datetime import UTC, date, datetime

import factory
from django.db import transaction

from kit.actors import System
from kit.pinyin import initials
from kit.services import stamp
from orgs import rules
from orgs.choices import DivisionLevel, OrganizationKind, Role
from orgs.models import Division, JointOrg, Membership, Organization, Person, Posting

MAKER = System("tests")
REGISTERED_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
SINCE = date(2026, 1, 5)

DIVISION_NAMES = {
    "511902": "巴州区",
    "511902105": "曾口镇",
    "511902105201": "扬帆村民委员会",
    "511902105202": "椿树村民委员会",
    "511902107": "三江镇",
    "511902107001": "三江口居民委员会",
    "511902107200": "民主村民委员会",
    "511902107202": "龙门村民委员会",
    "511902107203": "双寨村民委员会",
    "511902107205": "明月村民委员会",
    "511902107207": "大兴村民委员会",
    "511902107208": "天马山村民委员会",
    "511902107210": "中兴村民委员会",
}


class StampedFactory(factory.django.DjangoModelFactory):
    """Creates inside a stamped transaction, because the audit triggers refuse a change without an actor."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with transaction.atomic():
            stamp(MAKER)
            return super()._create(model_class, *args, **kwargs)


class DivisionFactory(StampedFactory):
    """By its code; the divisions above it come along."""

    class Meta:
        model = Division
        django_get_or_create = ("code",)

    code = "511902107"
    name = factory.LazyAttribute(lambda o: DIVISION_NAMES.get(o.code, f"第{o.code[-3:]}号村民委员会"))
    level = factory.LazyAttribute(lambda o: DivisionLevel(len(o.code)))
    parent = factory.LazyAttribute(lambda o: DivisionFactory(code=o.code[:-3]) if len(o.code) > 6 else None)


class OrganizationFactory(StampedFactory):
    """``OrganizationFactory(kind=…, parent=…)``; ``code`` where the kind carries a division. The path follows."""

    class Meta:
        model = Organization

    class Params:
        code = ""
        number = factory.Sequence(lambda n: n + 1)

    kind = OrganizationKind.ENTERPRISE
    name = factory.Sequence(lambda n: f"某农业公司{n}")
    initials = factory.LazyAttribute(lambda o: initials(o.name))
    parent = None
    division = factory.LazyAttribute(lambda o: DivisionFactory(code=o.code) if o.code else None)
    path = factory.LazyAttribute(
        lambda o: (
            (o.parent.path if o.parent else "") + rules.segment(o.kind, division_code=o.code or "", number=o.number)
        )
    )
    created_at = REGISTERED_AT


class JointOrgFactory(StampedFactory):
    """A joint organization under its lead township: ``JointOrgFactory(lead=township, name=…, units=[…])``.

    The first of ``units`` is the hub.
    """

    class Meta:
        model = JointOrg
        skip_postgeneration_save = True

    class Params:
        lead = None
        name = factory.Sequence(lambda n: f"第{n}联村党组织")

    organization = factory.LazyAttribute(
        lambda o: OrganizationFactory(kind=OrganizationKind.JOINT_ORG, parent=o.lead, name=o.name)
    )
    type = "village_alliance"
    subtype = "strong_led"
    content_areas = factory.LazyFunction(lambda: ["industry", "organization"])
    superior = None
    approval_number = "三委〔2026〕1号"
    approved_on = SINCE
    founded_on = SINCE

    @factory.post_generation
    def units(self, create, extracted, **kwargs):
        for index, unit in enumerate(extracted or ()):
            MembershipFactory(joint_org=self, unit=unit, is_hub=index == 0)


class MembershipFactory(StampedFactory):
    class Meta:
        model = Membership

    joint_org = None
    unit = None
    is_hub = False
    from_on = SINCE
    to_on = None


class PersonFactory(StampedFactory):
    """``PersonFactory(organization=…)``. With ``username`` it is a login; the password stays unusable unless given."""

    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"周{n}")
    organization = None
    work_phone = factory.Sequence(lambda n: f"139{n % 10000:04d}0000")
    username = None
    is_active = True
    created_at = REGISTERED_AT

    @factory.lazy_attribute
    def password(self):
        return "!"  # Django's mark of an unusable password; log in with force_login

    @classmethod
    def _create(cls, model_class, *args, password="!", **kwargs):
        person = model_class(*args, **kwargs)
        person.password = password
        if not password.startswith("!"):
            person.set_password(password)
        with transaction.atomic():
            stamp(MAKER)
            person.save(force_insert=True)
        return person


class PostingFactory(StampedFactory):
    class Meta:
        model = Posting

    person = None
    organization = factory.LazyAttribute(lambda o: o.person.organization)
    role = Role.UNIT_SECRETARY
    from_on = SINCE
    to_on = None
