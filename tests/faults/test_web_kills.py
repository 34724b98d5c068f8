"""kill -9 of the web process before, during and after a POST; the client retries with its key: nothing lost or doubled.

The main job's writes: a demand and its submission, a motion, a recorded vote from its page, and an organization.
LIANCUN_FAULT_ROUNDS says how many times.
"""

import os
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from deliberation.models import Ballot, Motion, RollEntry
from deliberation.services import polls
from kit import tokens
from kit.models import IdempotencyRecord
from kit.models.facts import Fact
from orgs.choices import Role
from orgs.models import Organization
from resources.models import Demand
from tests.cast import make_cast
from tests.deliberation.conftest import make_room
from tests.factories import PersonFactory, PostingFactory
from tests.faults.server import Web

ROUNDS = int(os.environ.get("LIANCUN_FAULT_ROUNDS", "12"))
MOMENTS = ("before", "during", "after", "any time")

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def token_of(person) -> str:
    now = timezone.now()
    scopes = ["read", "write"]
    return tokens.issue_token(actor=person, name="t", scopes=scopes, expires_at=now + timedelta(days=1), now=now)[1]


@pytest.fixture
def web(database_env):
    cast = make_cast()
    with Web(database_env, token_of(cast.cadre_chen)) as running:
        running.cast = cast
        yield running


def happened_as_ordered(die: str, happened: list[str], last: str = "replayed") -> None:
    if die in ("before", "during"):
        assert (happened[0], happened[-1]) == ("lost", "answered")
    if die == "after":
        assert (happened[0], happened[-1]) == ("lost", last)


def unit(web: Web, number: int) -> dict:
    return {"kind": "enterprise", "name": f"某公司{number}号", "parent": str(web.cast.sanjiang.pk)}


def test_killed_at_any_moment_nothing_is_lost_and_nothing_doubled(web):
    ids, ends = {}, Counter()
    for number in range(ROUNDS):
        die = MOMENTS[number % 4]
        answer, happened = web.insist("/api/v1/organizations/", unit(web, number), die=die)
        ids[f"某公司{number}号"] = answer["id"]
        happened_as_ordered(die, happened)
        ends[happened[-1]] += 1
    rows = Organization.objects.filter(name__in=ids).values_list("name", "pk")
    assert {name: str(pk) for name, pk in rows} == ids
    assert len(rows) == ROUNDS
    assert Fact.objects.filter(event="orgs.organization.created").count() == ROUNDS
    assert IdempotencyRecord.objects.count() == ROUNDS
    assert ends["replayed"] >= ROUNDS // 4


def test_control_without_a_lasting_key_the_retry_doubles(web):
    """A client that makes up a new key for each attempt: the committed first effect is followed by a second."""
    _, happened = web.insist("/api/v1/organizations/", unit(web, 1), die="after", fresh_keys=True)
    assert happened[0] == "lost"
    assert Organization.objects.filter(name="某公司1号").count() == 2


def test_demands_and_motions_and_their_submission_survive_every_kill_once(web):
    cast = web.cast
    secret = token_of(cast.secretary_li)
    place = {"unit": str(cast.mingyue.pk), "body": str(cast.tianma.pk)}
    for number in range(ROUNDS):
        noun = ("demands", "motions")[number // 4 % 2]
        words = {"title": f"提灌站{number}", "text": "水泵老化，抽不上水。"}
        words |= {"category": "water", "quantity": 2, "quantity_unit": "处"} if noun == "demands" else {}
        die = MOMENTS[number % 4]
        written, happened = web.insist(f"/api/v1/{noun}/", place | words, die=die, secret=secret)
        happened_as_ordered(die, happened)
        die = MOMENTS[(number + 1) % 4]
        handed_in, happened = web.insist(f"/api/v1/{noun}/{written['id']}/submit/", {}, die=die, secret=secret)
        happened_as_ordered(die, happened)
        assert handed_in["state"] == "submitted"
    rows = [*Demand.objects.values_list("title", "state"), *Motion.objects.values_list("title", "state")]
    assert sorted(rows) == sorted((f"提灌站{number}", "submitted") for number in range(ROUNDS))
    events = ["resources.demand.submitted", "deliberation.motion.submitted"]
    assert Fact.objects.filter(event__in=events).count() == ROUNDS


def test_a_vote_from_its_page_survives_every_kill_once(web):
    """Every voter's phone loses the line; each has one ballot, the one they chose."""
    room = make_room(web.cast)
    for number in range(max(0, min(ROUNDS, 40) - 5)):
        person = PersonFactory(name=f"委员{number}", organization=room.cast.sanjiang, username=f"member{number}")
        PostingFactory(person=person, organization=room.body, role=Role.JOINT_MEMBER)
    item = room.discussed(room.accepted())
    poll = polls.open_poll(actor=room.joint, item=item, method="recorded", now=room.now)
    chosen = {}
    for number, entry in enumerate(RollEntry.objects.filter(poll=poll).select_related("person__organization")):
        phone = Client()
        phone.force_login(entry.person, backend="django.contrib.auth.backends.ModelBackend")
        cookie = f"{settings.SESSION_COOKIE_NAME}={phone.cookies[settings.SESSION_COOKIE_NAME].value}"
        choice, die = ("yes", "no", "abstain")[number % 3], MOMENTS[number % 4]
        happened = web.insist_on_form(f"/polls/{poll.pk}/vote/", {"choice": choice}, cookie, die=die)
        happened_as_ordered(die, happened, last="answered")
        chosen[entry.pk] = choice
    assert len(chosen) >= 5
    assert dict(Ballot.objects.filter(entry__poll=poll).values_list("entry_id", "choice")) == chosen
    assert Ballot.objects.count() == len(chosen)
