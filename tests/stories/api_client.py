"""A stranger's client: everything it knows of the product stands in ``docs/openapi.yaml``.

It finds addresses and bodies in the schema and goes on by the ``actions`` and ``links`` of what it was shown. Every
request and every answer is held against the schema; this module imports nothing of the product.
"""

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from jsonschema import Draft202012Validator, FormatChecker

from tests import committed

JSON, PROBLEM = "application/json", "application/problem+json"
METHODS = ("get", "post", "patch")


@dataclass(frozen=True)
class Answer:
    """What came back. ``body`` is parsed JSON."""

    status: int
    body: Any
    headers: dict[str, str]


# (method, address, headers, body) → what came back.
Transport = Callable[[str, str, dict[str, str], bytes], Answer]


def _check(value: Any, schema: dict[str, Any], what: str) -> None:
    """AssertionError naming every place where the value is not as the schema says."""
    whole = {**schema, "components": committed.schema()["components"]}
    errors = list(Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value))
    told = "; ".join(f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in errors[:5])
    assert not errors, f"{what} is not as the schema says: {told}"


@dataclass(frozen=True)
class Operation:
    """One method of one path template."""

    path: str
    method: str
    spec: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"

    def check_request(self, address: str, headers: dict[str, str], body: Any) -> None:
        """Nothing is sent that the schema does not allow."""
        known = {(p["in"], p["name"]): p for p in self.spec.get("parameters", [])}
        for name, value in parse_qsl(urlsplit(address).query, keep_blank_values=True):
            assert ("query", name) in known, f"{self.name} knows no parameter {name}"
            if "enum" in known["query", name]["schema"]:
                _check(value, {"enum": [str(v) for v in known["query", name]["schema"]["enum"]]}, name)
        for (where, name), parameter in known.items():
            if where == "header" and parameter.get("required"):
                assert headers.get(name), f"{self.name} needs the header {name}"
        wanted = self.spec.get("requestBody")
        if wanted is None:
            assert body in (None, {}), f"{self.name} takes no body"
        else:
            _check(body or {}, wanted["content"][JSON]["schema"], f"the body of {self.name}")

    def check_answer(self, answer: Answer) -> None:
        """The status is one of those told, the media type and the shape as told."""
        told = self.spec["responses"]
        assert str(answer.status) in told, f"{self.name} never said it would answer {answer.status}"
        content = told[str(answer.status)]["content"]
        media = answer.headers["Content-Type"].split(";")[0]
        assert media in content, f"{self.name} answered {answer.status} as {media}"
        assert media == (JSON if answer.status < 400 else PROBLEM)
        _check(answer.body, content[media]["schema"], f"the answer {answer.status} of {self.name}")


@cache
def _operations() -> list[Operation]:
    paths = committed.schema()["paths"]
    return [
        Operation(path, method, spec[method]) for path, spec in paths.items() for method in METHODS if method in spec
    ]


@cache
def operation(method: str, path: str) -> Operation:
    """The operation whose template fits an address; one without a variable wins."""

    def fits(template: str) -> bool:
        return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) is not None

    found = [each for each in _operations() if each.method == method.lower() and fits(each.path)]
    assert found, f"the schema knows no {method} {path}"
    return min(found, key=lambda each: each.path.count("{"))


@cache
def _collection(resource: str) -> str:
    """The address of a resource's collection, by its name in the schema's paths."""
    found = [each.path for each in _operations() if each.path.rstrip("/").endswith(f"/{resource}")]
    assert found, f"the schema knows no resource {resource}"
    return min(found, key=len)


class ApiClient:
    """One person's program or browser at the API."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.visited: set[str] = set()

    def send(self, method: str, address: str, body: Any = None, *, key: str = "", **headers: str) -> Answer:
        """One request, held against the schema on its way out and back.

        key: the Idempotency-Key, else a new one.
        """
        found = operation(method, urlsplit(address).path)
        sent = {"Accept": JSON, **{name.replace("_", "-").title(): value for name, value in headers.items()}}
        if method == "POST":
            sent["Idempotency-Key"] = key or str(uuid.uuid4())
        found.check_request(address, sent, body)
        raw = b"" if method == "GET" else json.dumps(body or {}, ensure_ascii=False).encode()
        answer = self.transport(method, address, sent, raw)
        found.check_answer(answer)
        self.visited.add(found.name)
        return answer

    def _good(self, answer: Answer, what: str) -> Any:
        assert answer.status in (200, 201), f"{what}: {answer.status} {answer.body.get('detail')} {answer.body}"
        return answer.body

    # --- reading ------------------------------------------------------------------------------------------------------

    def read(self, address: str) -> Any:
        """Whatever stands at an address that a representation gave."""
        return self._good(self.send("GET", address), address)

    def again(self, shown: dict[str, Any]) -> Any:
        """The same row as it is now, for this person."""
        return self.read(shown["links"]["self"])

    def rows(self, resource: str, **filters: str) -> list[dict[str, Any]]:
        """A resource's rows, all pages."""
        address = _collection(resource) + (f"?{urlencode(filters)}" if filters else "")
        found: list[dict[str, Any]] = []
        while address:
            page = self.read(address)
            found += page["results"]
            address = page["next"]
        return found

    def view(self, name: str, **query: str) -> Any:
        """What is no list: ``me``, ``trace`` …"""
        return self.read(_collection(name) + (f"?{urlencode(query)}" if query else ""))

    def address(self, resource: str) -> str:
        return _collection(resource)

    def step(self, shown: dict[str, Any], verb: str) -> str:
        """Where the schema says a verb of this row is, whether it is offered now or not."""
        address = f"{shown['links']['self']}{verb}/"
        operation("POST", address)
        return address

    # --- writing ------------------------------------------------------------------------------------------------------

    def create(self, resource: str, body: dict[str, Any], *, key: str = "") -> Any:
        return self._good(self.send("POST", _collection(resource), body, key=key), f"POST {resource}")

    def offered(self, shown: dict[str, Any]) -> list[str]:
        return [action["verb"] for action in shown["actions"]]

    def action(self, shown: dict[str, Any], verb: str) -> dict[str, Any]:
        found = [action for action in shown["actions"] if action["verb"] == verb]
        assert found, f"{verb} is not offered, only {self.offered(shown)}"
        return found[0]

    def do(self, shown: dict[str, Any], verb: str, body: dict[str, Any] | None = None, *, key: str = "") -> Any:
        """Take a step that the representation offers, by its own address."""
        action = self.action(shown, verb)
        return self._good(self.send(action["method"], action["href"], body, key=key), verb)

    def refused(self, address: str, body: dict[str, Any] | None, status: int, code: str) -> dict[str, Any]:
        """A POST that must be refused; returns the problem."""
        answer = self.send("POST", address, body)
        assert (answer.status, answer.body.get("code")) == (status, code), (answer.status, answer.body)
        return answer.body
