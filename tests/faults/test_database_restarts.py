"""PostgreSQL stopped as by a power cut under writing clients: what was acknowledged is there, once; the API returns.

A server of its own, durable as in production. LIANCUN_RESTARTS says how often (20 proves the release).
"""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from deploy.local import postgres
from tests.faults.server import LOST, ROOT, Web

RESTARTS = int(os.environ.get("LIANCUN_RESTARTS", "1"))
CLIENTS = 4
BACK_WITHIN = 15.0

pytestmark = [pytest.mark.faults, pytest.mark.slow]


class Server:
    """One PostgreSQL with the cast in it."""

    def __init__(self, cluster: postgres.Cluster) -> None:
        self.cluster = cluster
        self.env = {**os.environ, **cluster.environment(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        self._run(str(ROOT / "manage.py"), "setup_database", "-v0")
        self.stage = json.loads(self._run("-m", "tests.faults.stage").splitlines()[-1])

    def _run(self, *command: str) -> str:
        done = subprocess.run([sys.executable, *command], cwd=ROOT, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def cut(self, **settings: str) -> None:
        """Immediate stop, then up again at the same port, with other settings if given."""
        os.kill(int((self.cluster.data / "postmaster.pid").read_text().split("\n", 1)[0]), signal.SIGQUIT)
        self.cluster.wait_stopped()
        self.cluster.settings = settings
        port = self.cluster.port()
        self.cluster.acquire()
        assert self.cluster.port() == port

    def titles(self) -> list[str]:
        with psycopg.connect(self.cluster.url("postgres")) as link:
            return [title for (title,) in link.execute("SELECT title FROM resources_demand")]


@contextmanager
def serving() -> Iterator[tuple[Server, Web]]:
    folder = Path(tempfile.mkdtemp(prefix="liancun-cut-"))
    folder.chmod(0o711)  # the server's own user has to come through
    cluster = postgres.durable(folder)
    try:
        cluster.acquire()
        server = Server(cluster)
        with Web(server.env, server.stage["secret"]) as web:
            yield server, web
    finally:
        cluster.release()
        cluster.wait_stopped()
        shutil.rmtree(folder, ignore_errors=True)


class Client(threading.Thread):
    """Writes demands one after the other, each with its key until it is acknowledged."""

    def __init__(self, web: Web, stage: dict, name: str) -> None:
        super().__init__(daemon=True)
        self.web, self.stage, self.title = web, stage, name
        self.acknowledged: list[str] = []
        self.refused: list[http.client.HTTPResponse] = []
        self.wrong: list[str] = []
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            title, key = f"{self.title}-{len(self.acknowledged)}", str(uuid4())
            words = {"unit": self.stage["unit"], "body": self.stage["body"], "category": "water", "text": "水泵老化。"}
            while not self.ended.is_set():
                try:
                    answer = self.web.ask(
                        "POST", "/api/v1/demands/", words | {"title": title}, **{"Idempotency-Key": key}
                    )
                except LOST as error:
                    self.wrong.append(f"no answer: {error!r}")
                    continue
                if answer.status == 201:
                    self.acknowledged.append(title)
                    break
                (self.refused if answer.status == 503 else self.wrong).append(answer)
                time.sleep(0.05)


def until(condition, seconds: float) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() < began + seconds
        time.sleep(0.02)
    return time.monotonic() - began


def writing(web: Web, server: Server, name: str) -> list[Client]:
    clients = [Client(web, server.stage, f"{name}{number}") for number in range(CLIENTS)]
    [client.start() for client in clients]
    until(lambda: all(len(client.acknowledged) >= 3 for client in clients), 60)
    return clients


def ended(clients: list[Client]) -> None:
    [client.ended.set() for client in clients]
    [client.join(30) for client in clients]


def test_what_was_acknowledged_survives_a_power_cut_of_the_database():
    with serving() as (server, web):
        clients = writing(web, server, "提灌站")
        for _ in range(RESTARTS):
            server.cut()
            goals = [(client, len(client.acknowledged)) for client in clients]
            assert until(lambda goals=goals: all(len(c.acknowledged) > n for c, n in goals), 60) <= BACK_WITHIN
        ended(clients)
        assert [wrong for client in clients for wrong in client.wrong] == []
        refused = [answer for client in clients for answer in client.refused]
        assert refused
        assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
        titles = server.titles()
        acknowledged = {title for client in clients for title in client.acknowledged}
        # At most one more for each client: written, and the test ended before the answer.
        assert len(titles) == len(set(titles))
        assert acknowledged <= set(titles)
        assert len(titles) - len(acknowledged) <= CLIENTS

        # Control: a database that answers before it has written loses what it acknowledged.
        server.cut(synchronous_commit="off", wal_writer_delay="10s")
        clients = writing(web, server, "山坪塘")
        ended(clients)
        server.cut()
        acknowledged = {title for client in clients for title in client.acknowledged}
        assert acknowledged - set(server.titles())
