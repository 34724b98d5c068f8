"""A real gunicorn to be killed, and the client that insists: it sends the same thing again until an answer comes."""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
LOST = (ConnectionError, http.client.HTTPException, TimeoutError, OSError)


class Web:
    """gunicorn with one worker on a free port of this machine; the master forks the next at once."""

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
        sent = {"Authorization": f"Token {self.secret}", "Content-Type": "application/json"} | headers
        return self.send(method, path, json.dumps(body) if body is not None else None, sent)

    def send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            link.request(method, path, body, headers)
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

    # --- insisting ----------------------------------------------------------------------------------------------------

    def insist(self, path: str, body: dict, *, die: str, fresh_keys: bool = False, secret: str = ""):
        """POST until an answer comes, as a client on a bad line does. The answer, and what happened on the way."""
        key = str(uuid.uuid4())
        own = {"Authorization": f"Token {secret}"} if secret else {}

        def post(headers: dict[str, str]) -> http.client.HTTPResponse:
            sent = {"Idempotency-Key": str(uuid.uuid4()) if fresh_keys else key}
            return self.ask("POST", path, body, **own, **sent, **headers)

        answer, happened = self._until_answered(post, die)
        assert answer.status in (200, 201), answer.text
        happened.append("replayed" if answer.headers["Idempotency-Replayed"] else "answered")
        return json.loads(answer.text), happened

    def insist_on_form(self, path: str, fields: dict, cookie: str, *, die: str) -> list[str]:
        """Open a page with a form and send it until an answer comes. What happened on the way."""
        opened = self.send("GET", path, None, {"Cookie": cookie})
        assert opened.status == 200, opened.text
        given = SimpleCookie("; ".join(each.split(";")[0] for each in opened.headers.get_all("Set-Cookie")))
        hidden = dict(
            re.findall(r'<input type="hidden" name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"', opened.text)
        )
        body = urlencode({**fields, **hidden})
        sent = {
            "Cookie": f"{cookie}; " + "; ".join(f"{name}={each.value}" for name, each in given.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        answer, happened = self._until_answered(lambda headers: self.send("POST", path, body, sent | headers), die)
        assert answer.status in (302, 303), answer.text
        return [*happened, "answered"]

    def _until_answered(self, post: Callable[[dict[str, str]], http.client.HTTPResponse], die: str):
        happened: list[str] = []
        executioner = None
        if die == "any time":
            executioner = threading.Timer(random.uniform(0, 0.06), self.kill_worker)
            executioner.start()
        try:
            for attempt in range(400):
                try:
                    return post({"X-Die": die} if attempt == 0 and die != "any time" else {}), happened
                except LOST:
                    happened.append("lost")
                    time.sleep(0.02)
        finally:
            if executioner:
                executioner.join()
        raise AssertionError("no answer in 400 attempts")
