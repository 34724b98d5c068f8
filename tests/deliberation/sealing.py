"""A sealed vote step by step, for tests: a body large enough, the key, the ballots as a browser seals them."""

from base64 import b64encode

from nacl.public import PrivateKey, PublicKey, SealedBox

from deliberation import rules
from deliberation.services import polls, sealed
from orgs.choices import Role
from tests.factories import PersonFactory, PostingFactory


def grown(room, voters=8):
    """The body with more members, so that a sealed vote is allowed."""
    for number in range(voters - 5):
        person = PersonFactory(name=f"委员{number}", organization=room.cast.sanjiang, username=f"member{number}")
        PostingFactory(person=person, organization=room.body, role=Role.JOINT_MEMBER)
    return room


def prepared(room):
    item = room.discussed(room.accepted())
    tellers = {"teller_a": room.deputy, "teller_b": room.daxing}
    return polls.open_poll(actor=room.joint, item=item, method="secret", channel="online", now=room.now, **tellers)


def keyed(room):
    """(poll, its private key): prepared, with the key that the teller made."""
    poll, key = prepared(room), PrivateKey.generate()
    public = key.public_key.encode().hex()
    return sealed.register_key(actor=room.deputy, poll=poll, public_key=public, now=room.now), key


def begun(room):
    """(poll, its private key): collecting."""
    poll, key = keyed(room)
    return sealed.begin_poll(actor=room.joint, poll=poll, now=room.now), key


def box(poll, choice) -> str:
    """What the voter's browser sends; ``choice`` may be any message."""
    message = choice if isinstance(choice, bytes) else rules.ballot_message(choice)
    return b64encode(SealedBox(PublicKey(bytes.fromhex(poll.public_key))).encrypt(message)).decode()


def cast(room, poll, person, choice="yes"):
    sealed.cast_sealed(actor=person, poll=poll, sealed_ballot=box(poll, choice), now=room.now)


def voters(poll):
    return [entry.person for entry in poll.roll.select_related("person").order_by("person__name")]


def opened(room, poll, key):
    sealed.stop_poll(actor=room.joint, poll=poll, now=room.now)
    text = key.encode().hex()
    return sealed.open_ballots(actor=room.deputy, poll=poll, private_key=text, now=room.now)
