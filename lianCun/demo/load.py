"""Turn the story into rows, through the same services as everybody else. Loading twice changes nothing."""

from datetime import date, datetime, timedelta

from django.db import transaction

from kit import facts, policies
from kit.actors import System
from kit.env import ROOT
from lianCun.demo import sanjiang as story
from lianCun.demo.history import History
from lianCun.demo.public import Public
from lianCun.demo.quarter import Quarter
from lianCun.demo.requests import Requests
from orgs.choices import OrganizationKind as Kind
from orgs.models import Division, Organization
from orgs.services import accounts, joint_orgs, organizations, people, postings
from orgs.services.division_files import DivisionFile
from orgs.services.divisions import import_divisions
from oversight.services import reminders

SINCE = date(2022, 8, 1)
DIVISIONS = ROOT / "orgs" / "data" / "bazhou.csv"


def demo_actor() -> System:
    """The loader acts under its own name and with every business verb; it exists only while the demo is loaded."""
    return System("demo", verbs=frozenset(policies.table()))


def is_loaded() -> bool:
    return Organization.objects.filter(path=f"d{story.DISTRICT}/").exists()


@transaction.atomic
def load(*, now: datetime, requests: bool = True, history: bool = True) -> bool:
    """Load the divisions of 巴州区 and the standing case, all or nothing. False if it was there already.

    requests: with the five hundred villagers' requests of the report; history: with the five quarters before this one;
    some seconds more each.
    """
    if is_loaded():
        return False
    with DIVISIONS.open("rb") as file:
        import_divisions(actor=demo_actor(), files=[DivisionFile(DIVISIONS.name, file)], now=now)
    _Loader(now).run()
    if history:
        History(now).tell()
    Quarter(now).tell()
    Public(now).tell()
    _catch_up(now)
    if requests:
        Requests(now).tell()
    return True


def _catch_up(now: datetime) -> None:
    """What the ticker would have done by now: people have heard of each step, and what is due has been told."""
    facts.deliver_pending(now=now)
    reminders.schedule(now=now)
    while reminders.send_due(now=now).claimed:
        continue


class _Loader:
    """Keeps what was made by its name while the story is told."""

    def __init__(self, now: datetime):
        self.actor = demo_actor()
        self.now = now
        # Long enough ago that everything in the story is in force, and the trail reads in order.
        self.at = now - timedelta(days=90)
        self.organizations: dict[str, Organization] = {}

    def run(self) -> None:
        self._offices()
        for township in story.TOWNSHIPS:
            self._units(township)
        for joint in story.JOINTS:
            self._joint_org(joint)
        for somebody in story.PEOPLE:
            self._person(somebody)

    def _organization(self, kind: str, name: str, parent: str | None, code: str | None = None) -> None:
        self.organizations[name] = organizations.create_organization(
            actor=self.actor,
            kind=kind,
            name=name,
            parent=self.organizations[parent] if parent else None,
            division=Division.objects.get(code=code) if code else None,
            now=self.at,
        )

    def _offices(self) -> None:
        self._organization(Kind.DISTRICT_COMMITTEE, "巴州区委", None, story.DISTRICT)
        self._organization(Kind.AREA_COMMITTEE, story.AREA, "巴州区委")
        for township in story.TOWNSHIPS:
            self._organization(Kind.TOWNSHIP_COMMITTEE, township.name, "巴州区委", township.code)
            self._organization(Kind.DISCIPLINE_COMMISSION, township.name.replace("党委", "纪委"), township.name)

    def _units(self, township: story.Township) -> None:
        for name, code in township.villages:
            self._organization(Kind.VILLAGE_BRANCH, name, township.name, code)
        for name, kind in township.others:
            self._organization(kind, name, township.name)

    def _joint_org(self, joint: story.Joint) -> None:
        units = [self.organizations[name] for name in joint.units]
        founded = joint_orgs.found_joint_org(
            actor=self.actor,
            name=joint.name,
            lead_township=self.organizations[joint.township],
            units=units,
            hub=units[0],
            type=joint.type,
            subtype=joint.subtype,
            content_areas=joint.content_areas,
            superior=self.organizations[story.AREA],
            approval_number=joint.approval_number,
            approved_on=date(2022, 7, 28),
            founded_on=SINCE,
            funds_source=joint.funds_source,
            now=self.at,
        )
        self.organizations[joint.name] = founded.organization

    def _person(self, somebody: story.Somebody) -> None:
        index = story.PEOPLE.index(somebody) + 1
        person = people.register_person(
            actor=self.actor,
            name=somebody.name,
            organization=self.organizations[somebody.home],
            sex=somebody.sex,
            party_post=somebody.party_post,
            identity_type=somebody.identity,
            work_phone=f"139{index:04d}0000",
            now=self.at,
        )
        for role, organization, field, channel in somebody.posts:
            postings.appoint(
                actor=self.actor,
                person=person,
                organization=self.organizations[organization],
                role=role,
                field=field,
                recruitment_channel=channel,
                from_on=SINCE,
                document="三委〔2022〕35号" if channel else "",
                now=self.at,
            )
        temporary = accounts.open_account(actor=self.actor, person=person, username=somebody.login, now=self.now)
        person.refresh_from_db()
        accounts.change_own_password(actor=person, current=temporary, new=story.PASSWORD, now=self.now)
