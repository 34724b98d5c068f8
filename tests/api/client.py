"""A caller of the REST API for tests: JSON in and out, a fresh Idempotency-Key with every POST unless one is given."""

import json
import uuid
from typing import Any

from django.test import Client
from django.utils import timezone

from kit import sessions

ROOT = "/api/v1"


class Caller:
    """``Caller(person).get("/organizations/")``; answers carry ``.status_code`` and ``.json()``.

    With ``token`` it comes as a program; without, as the signed-in browser of ``person`` (None: nobody).
    """

    def __init__(self, person: Any = None, *, token: str = "", csrf: bool = False) -> None:
        self.client = Client(enforce_csrf_checks=csrf)
        self.headers = {"Authorization": f"Token {token}"} if token else {}
        if person is not None and person.pk is not None and not token:
            self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def prove(self) -> None:
        """As if the person had typed the password just now; voting asks for it."""
        session = self.client.session
        session[sessions.PROVED] = int(timezone.now().timestamp())
        session.save()

    def send(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str) -> Any:
        """``headers``: names with underscores, e.g. ``idempotency_key="…"``; an empty value leaves the header out."""
        sent = dict(self.headers)
        if method == "POST":
            sent["Idempotency-Key"] = str(uuid.uuid4())
        for name, value in headers.items():
            sent[name.replace("_", "-").title()] = value
        content_type = sent.pop("Content-Type", "application/json")
        data = raw if raw is not None else (b"" if body is None else json.dumps(body, default=str).encode())
        return self.client.generic(
            method,
            path if path.startswith("/api") else ROOT + path,
            data,
            content_type=content_type,
            headers={name: value for name, value in sent.items() if value},
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        """Sends the current ETag as If-Match unless ``if_match`` is given."""
        if "if_match" not in headers:
            headers["if_match"] = self.get(path).headers.get("ETag", "*")
        return self.send("PATCH", path, {} if body is None else body, **headers)


def problem(response: Any, status: int, code: str = "") -> dict[str, Any]:
    """The body of a refusal, after checking that it is one."""
    assert response.status_code == status, response.content.decode()[:500]
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert any("\u4e00" <= char <= "\u9fff" for char in body["detail"])
    if code:
        assert body["code"] == code, body
    return body
