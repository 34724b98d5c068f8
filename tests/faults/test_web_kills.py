"""kill -9 of the web process before, during and after a POST; the client retries with its key: nothing lost or doubled.

A real gunicorn with one worker; the master forks the next at once. LIANCUN_FAULT_ROUNDS says how many times.
"""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from kit import tokens
from kit.models import IdempotencyRecord
from kit.models.facts import Fact
from orgs.models import Organization
from tests.cast import make_cast

KILLS = int(os.environ.get("LIANCUN_FAULT_ROUNDS", "12"))
ROOT = Path(__file__).resolve().parents[2]
LOST = (ConnectionError, http.client.HTTPException, TimeoutError, OSError)

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


class Web:
    """gunicorn on a free port of this machine, in the worker's database."""

    def __init__(self, env: dict[str, str], secret: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.secret = secret
        rates = {f"API_RATE_{name}": "1000000" for name in ("ADDRESS", "READ", "WRITE")}
        self.master = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "gunicorn", "tests.faults.web:application", "--preload",
             "--workers", "1", "--threads", "4", "--worker-class", "gthread", "--bind", f"127.0.0.1:{self.port}",
             "--log-level", "critical"],
            cwd=ROOT, env={**env, **rates, "HTTPS": "0", "DEBUG": "0"},
        )  # fmt: skip

    def __enter__(self) -> "Web":
        self.wait_until(lambda: self.ask("GET", "/api/v1/me/").status == 200)
        return self

    def __exit__(self, *exc) -> None:
        self.master.terminate()
        self.master.wait(20)

    def ask(self, method: str, path: str, body=None, **headers: str) -> http.client.HTTPResponse:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            sent = {"Authorization": f"Token {self.secret}", "Content-Type": "application/json"} | headers
            link.request(method, path, json.dumps(body) if body is not None else None, sent)
            answer = link.getresponse()
            answer.text = answer.read().decode()
            return answer
        finally:
            link.close()

    def wait_until(self, ready) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(*LOST):
                if ready():
                    return
            time.sleep(0.05)
        raise AssertionError("the web process did not come up")

    def kill_worker(self) -> None:
        children = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text().split()
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)


@pytest.fixture
def web(database_env):
    cast = make_cast()
    now = timezone.now()
    _, secret = tokens.issue_token(
        actor=cast.cadre_chen, name="t", scopes=["read", "write"], expires_at=now + timedelta(days=1), now=now
    )
    with Web(database_env, secret) as running:
        running.cast = cast
        yield running


def insist(web: Web, body: dict, *, die: str, fresh_keys: bool = False) -> tuple[str, list[str]]:
    """POST until an answer comes, as a client on a bad line does. The answer's id, and what happened on the way."""
    key, happened = str(uuid.uuid4()), []
    for attempt in range(400):
        sent = {"Idempotency-Key": str(uuid.uuid4()) if fresh_keys else key}
        if attempt == 0 and die != "any time":
            sent["X-Die"] = die
        try:
            answer = web.ask("POST", "/api/v1/organizations/", body, **sent)
        except LOST:
            happened.append("lost")
            time.sleep(0.02)
            continue
        assert answer.status == 201, answer.text
        happened.append("replayed" if answer.headers["Idempotency-Replayed"] else "answered")
        return json.loads(answer.text)["id"], happened
    raise AssertionError("no answer in 400 attempts")


def unit(web: Web, number: int) -> dict:
    return {"kind": "enterprise", "name": f"某公司{number}号", "parent": str(web.cast.sanjiang.pk)}


def test_killed_at_any_moment_nothing_is_lost_and_nothing_doubled(web):
    chance = random.Random(11)
    ids, ends = {}, Counter()
    for number in range(KILLS):
        die = ("before", "during", "after", "any time")[number % 4]
        executioner = None
        if die == "any time":
            executioner = threading.Timer(chance.uniform(0, 0.06), web.kill_worker)
            executioner.start()
        ids[f"某公司{number}号"], happened = insist(web, unit(web, number), die=die)
        if executioner:
            executioner.join()
        if die in ("before", "during"):
            assert happened[0] == "lost"
            assert happened[-1] == "answered"
        if die == "after":
            assert happened[0] == "lost"
            assert happened[-1] == "replayed"
        ends[happened[-1]] += 1
    rows = Organization.objects.filter(name__in=ids).values_list("name", "pk")
    assert {name: str(pk) for name, pk in rows} == ids
    assert len(rows) == KILLS
    assert Fact.objects.filter(event="orgs.organization.created").count() == KILLS
    assert IdempotencyRecord.objects.count() == KILLS
    assert ends["replayed"] >= KILLS // 4


def test_control_without_a_lasting_key_the_retry_doubles(web):
    """A client that makes up a new key for each attempt: the committed first effect is followed by a second."""
    _, happened = insist(web, unit(web, 1), die="after", fresh_keys=True)
    assert happened[0] == "lost"
    assert Organization.objects.filter(name="某公司1号").count() == 2
