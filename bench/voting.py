"""Sealed votes under measurement, inside the environment of a data set.

``python -m bench.voting prepare MEETINGS VOTERS`` puts as many votes there, collecting. ``python -m bench.voting vote
PLACE OF`` seals the ballots of its share as the browsers would, says so, waits for a line, then casts them meeting by
meeting, stops and opens each vote, and prints its numbers as JSON.
"""

import json
import random
import sys
import time
from base64 import b64encode

import django

KEY = bytes(range(32))


def prepare(meetings: int, voters: int) -> None:
    """Rows as the services write them, in bulk: nobody measures the way there."""
    from django.db import transaction
    from django.utils import timezone
    from nacl.public import PrivateKey

    from deliberation.models import AgendaItem, Meeting, Motion, Poll, RollEntry, VotingRule
    from deliberation.rules import roll_hash
    from orgs.models import Organization, Person

    now, rule = timezone.now(), VotingRule.objects.get(code="JOINT", version=1)
    body = Organization.objects.filter(kind="joint_org").order_by("path").first()
    unit = Organization.objects.filter(kind="village_branch").order_by("path").first()
    public = PrivateKey(KEY).public_key.encode().hex()
    with transaction.atomic():
        people = Person.objects.bulk_create(
            Person(name=f"委员{number}", organization=unit, username=f"voter{number}", created_at=now)
            for number in range(voters)
        )
        chair, teller = people[:2]
        seats = {"chair": chair, "clerk": teller, "contact": teller}
        for number in range(meetings):
            meeting = Meeting(
                body=body, title=f"会议{number}", quarter="2026Q4", starts_at=now, created_at=now, **seats
            )
            meeting.state = "in_session"
            meeting.save(force_insert=True)
            motion = Motion(unit=unit, body=body, proposer=chair, title=f"议题{number}", text="修路。", created_at=now)
            motion.state = "discussing"
            motion.save(force_insert=True)
            item = AgendaItem(meeting=meeting, motion=motion, kind="vote", title=motion.title, position=1, rule=rule)
            item.state = "discussed"
            item.save(force_insert=True)
            poll = Poll(item=item, rule=rule, method="secret", channel="online", teller_a=teller, public_key=public)
            poll.should_attend = poll.present = voters
            poll.roll_hash, poll.opened_at = roll_hash((person.pk, unit.pk) for person in people), now
            poll.save(force_insert=True)
            RollEntry.objects.bulk_create(RollEntry(poll=poll, person=person, unit=unit) for person in people)


def vote(place: int, of: int) -> None:
    from django.utils import timezone
    from nacl.public import PrivateKey, SealedBox

    from deliberation import rules
    from deliberation.models import Poll
    from deliberation.services import sealed
    from orgs.models import Person

    people = list(Person.objects.filter(username__startswith="voter").order_by("username"))
    chair = Person.objects.get(username="voter0")
    teller = Person.objects.get(username="voter1")
    polls = list(Poll.objects.filter(method="secret").order_by("pk"))[place::of]
    chance, key = random.Random(place), SealedBox(PrivateKey(KEY).public_key)
    choices = [[chance.choice(["yes", "no", "abstain"]) for _ in people] for _ in polls]
    boxes = [[b64encode(key.encrypt(rules.ballot_message(c))).decode() for c in each] for each in choices]
    print("ready", flush=True)
    sys.stdin.readline()
    casting, opening, lost = [], [], 0
    for poll, sealed_boxes, chosen in zip(polls, boxes, choices, strict=True):
        for person, box in zip(people, sealed_boxes, strict=True):
            began = time.perf_counter()
            sealed.cast_sealed(actor=person, poll=poll, sealed_ballot=box, now=timezone.now())
            casting.append(time.perf_counter() - began)
        began = time.perf_counter()
        sealed.stop_poll(actor=chair, poll=poll, now=timezone.now())
        over = sealed.open_ballots(actor=teller, poll=poll, private_key=KEY.hex(), now=timezone.now())
        opening.append(time.perf_counter() - began)
        lost += [over.yes, over.no, over.abstain] != [chosen.count(c) for c in ("yes", "no", "abstain")]
    print(json.dumps({"casting": casting, "opening": opening, "lost": lost}), flush=True)


if __name__ == "__main__":
    django.setup()
    numbers = [int(each) for each in sys.argv[2:]]
    {"prepare": prepare, "vote": vote}[sys.argv[1]](*numbers)
