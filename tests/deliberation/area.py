"""The area committee above 天马联村党组织 in the same room: what it decides, and who stands around it."""

from typing import Any

from deliberation.models import Objection, PublicNotice, Resolution
from deliberation.services import notices, polls, resolutions
from kit.actors import VISITOR
from orgs.choices import Role
from orgs.models import Organization, Person
from tests.deliberation.conftest import Room
from tests.factories import PersonFactory, PostingFactory

WORDS = "冷链库选址离三社的住户太近，没有商量过。"
ANSWER = "选址距最近的住户一百二十米，已开过户代表会。"


class AreaRoom(Room):
    """``joint`` is the area's secretary, who leads it; ``deputy`` the secretary of 天马, who votes and notes."""

    @property
    def body(self) -> Organization:
        return self.cast.area

    def formed(self, scope: str = "public", **changes: Any) -> Resolution:
        """Everybody on the roll votes yes; the secretary forms the resolution."""
        item = self.discussed(self.accepted(title="关于共建冷链库的议题", **changes))
        poll = polls.open_poll(actor=self.joint, item=item, method="recorded", now=self.now)
        for entry in poll.roll.select_related("person").order_by("pk"):
            polls.cast_ballot(actor=entry.person, poll=poll, choice="yes", now=self.now)
        polls.close_poll(actor=self.joint, poll=poll, now=self.now)
        item.motion.refresh_from_db()
        words = {"title": "关于共建冷链库的决议", "text": "由明月村牵头共建冷链库。", "scope": scope}
        return resolutions.form_resolution(actor=self.joint, motion=item.motion, now=self.now, **words)

    def published(self) -> PublicNotice:
        return notices.publish_notice(
            actor=self.cast.district_zhao,
            resolution=self.formed(),
            title="关于共建冷链库的公示",
            text="由明月村牵头共建冷链库。",
            now=self.now,
        )

    def objected(self) -> Objection:
        return notices.file_objection(actor=VISITOR, notice=self.published(), text=WORDS, now=self.now)

    def drafted(self, objection: Objection, *, upheld: bool = False) -> Objection:
        return notices.answer_objection(
            actor=self.joint, objection=objection, upheld=upheld, answer=ANSWER, now=self.now
        )


def somebody(name: str, login: str, organization: Organization, role: str) -> Person:
    person = PersonFactory(name=name, organization=organization, username=login)
    PostingFactory(person=person, organization=organization, role=role)
    return person


def area_of(room: Room) -> AreaRoom:
    """The same people under the area committee, with a secretary of its own."""
    joint = somebody("何建国", "hejianguo", room.cast.area, Role.AREA_SECRETARY)
    return AreaRoom(room.cast, joint=joint, deputy=room.joint, daxing=room.daxing, adviser=room.adviser)
