"""Real workers on both brokers. Celery is the transport, never the truth: a broker emptied or away loses nothing.

LIANCUN_OUTAGE says how many seconds Redis stays away (600 proves the ten minutes).
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.db import transaction

from kit import clock, outbox
from kit.models import JobRun, OutboxMessage
from kit.services import stamp
from oversight.models import Notification, Reminder
from tests.factories import MAKER
from tests.faults.nursery import ROOT
from tests.oversight.due import due_now
from tests.receivers import HttpReceiver

OUTAGE = float(os.environ.get("LIANCUN_OUTAGE", "5"))
PATIENCE = 120.0
REDIS = shutil.which("redis-server")
DUE = "今天到期"

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Running:
    """Processes of one test; all of them are dead when the context ends."""

    def __init__(self, env, folder, receiver):
        hooks = json.dumps({"receiver": {"url": receiver.url, "secret": "s"}})
        self.env = {**env, "CELERY_FOLDER": str(folder / "broker"), "WEBHOOKS": hooks, "PYTHONWARNINGS": "ignore"}
        self.env.pop("REDIS_URL", None)
        self.folder = folder
        self.processes: list[subprocess.Popen] = []

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        for process in self.processes:
            self.kill(process)

    def start(self, *command) -> subprocess.Popen:
        log = (self.folder / f"{len(self.processes)}.log").open("w")
        # A group of its own, so that a worker's children die with it.
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        self.processes.append(process)
        log.close()
        return process

    def celery(self, *arguments) -> subprocess.Popen:
        return self.start(sys.executable, "-m", "celery", "-A", "lianCun", *arguments)

    def worker(self, *arguments) -> subprocess.Popen:
        return self.celery("worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "INFO", *arguments)

    def kill(self, process) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)

    def logs(self) -> str:
        return "\n".join(path.read_text()[-3000:] for path in sorted(self.folder.glob("*.log")))


def put(*keys) -> None:
    with transaction.atomic():
        for key in keys:
            payload = {"endpoint": "receiver", "body": {}}
            outbox.enqueue(key=key, channel="webhook", payload=payload, due_at=clock.database_now())


def wait_for(condition, running) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, running.logs()
        assert all(process.poll() is None for process in running.processes[-1:]), running.logs()
        time.sleep(0.05)


def all_sent() -> bool:
    return not OutboxMessage.objects.exclude(state="sent").exists()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_worker_on_the_folder_broker_ticks_and_relays(database_env, tmp_path):
    """Beat → file → worker → tick → relay → receiver; killed with -9 and started again with its folder emptied."""
    with HttpReceiver() as receiver, Running(database_env, tmp_path, receiver) as running:
        put("first")
        worker = running.worker("--beat", "--schedule", str(tmp_path / "schedule"))
        wait_for(all_sent, running)
        running.kill(worker)
        shutil.rmtree(tmp_path / "broker")
        put("second")
        running.worker("--beat", "--schedule", str(tmp_path / "schedule"))
        wait_for(all_sent, running)
    assert set(receiver.effects) == {"first", "second"}


def start_redis(running, port) -> subprocess.Popen:
    process = running.start(REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    end = time.monotonic() + 20
    while ask_redis(port, "PING") != "+PONG":
        assert time.monotonic() < end
        time.sleep(0.02)
    return process


def ask_redis(port, command) -> str:
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as line:
            line.sendall(command.encode() + b"\r\n")
            return line.recv(200).decode().strip()
    except OSError:
        return ""


needs_redis = pytest.mark.skipif(REDIS is None, reason="这台机器没有 redis-server（apt install redis-server）")


@needs_redis
def test_redis_away_and_emptied_loses_nothing(database_env, tmp_path):
    """Redis dies, what is written meanwhile is kept, it comes back empty: everything arrives once, the rest is late."""
    port = free_port()
    with HttpReceiver() as receiver, Running(database_env, tmp_path, receiver) as running:
        redis = start_redis(running, port)
        running.env["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
        running.celery("beat", "--schedule", str(tmp_path / "beat"), "--pidfile", "")
        running.worker()
        put("before")
        wait_for(lambda: receiver.effects["before"], running)

        running.kill(redis)
        put(*(f"meanwhile-{number}" for number in range(20)))  # no caller notices
        time.sleep(OUTAGE)
        assert not receiver.effects["meanwhile-0"]
        redis = start_redis(running, port)
        assert ask_redis(port, "FLUSHALL") == "+OK"
        put("after")
        wait_for(lambda: len(receiver.effects) == 22, running)
        wait_for(all_sent, running)
    assert set(receiver.effects.values()) == {1}
    assert not JobRun.objects.filter(state="failed").exists()


@needs_redis
def test_R1_R3_reminders_outlive_redis_away_and_emptied(database_env, tmp_path, cast):
    """The truth is in the database: what falls due while Redis is away is told when it is back, each once."""
    # The worker does all of its work, and so would close an account that nobody has used since January.
    with transaction.atomic():
        stamp(MAKER)
        cast.cadre_chen.account_since = clock.database_now()
        cast.cadre_chen.save()
    port = free_port()
    with HttpReceiver() as receiver, Running(database_env, tmp_path, receiver) as running:
        redis = start_redis(running, port)
        running.env["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
        running.celery("beat", "--schedule", str(tmp_path / "beat"), "--pidfile", "")
        running.worker()
        due_now(cast, 50)
        wait_for(lambda: Notification.objects.filter(note=DUE).count() == 50, running)

        running.kill(redis)
        due_now(cast, 200)
        time.sleep(OUTAGE)
        redis = start_redis(running, port)
        assert ask_redis(port, "FLUSHALL") == "+OK"
        wait_for(lambda: Notification.objects.filter(note=DUE).count() == 250, running)
    assert not Reminder.objects.filter(state="waiting", step="at").exists()
    assert not JobRun.objects.filter(state="failed").exists()


@needs_redis
def test_control_what_only_redis_knows_is_gone_when_it_is_emptied(database_env, tmp_path):
    """The guard off: a task whose only record is the broker does not survive it."""
    port = free_port()
    with HttpReceiver() as receiver, Running(database_env, tmp_path, receiver) as running:
        start_redis(running, port)
        running.env["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
        assert running.celery("call", "kit.tick").wait(60) == 0, running.logs()
        assert ask_redis(port, "LLEN celery") == ":1"
        assert ask_redis(port, "FLUSHALL") == "+OK"
        assert ask_redis(port, "LLEN celery") == ":0"
