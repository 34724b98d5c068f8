"""Verbs of a resource: ``POST /{resource}/{id}/{verb}/`` with a body of its own, answered with the new representation.

@verb("retire", "撤销", body=ReasonBody, policy="unit.retire", when=lambda row: row["state"] == "active")
def retire(self, row, data):
    services.organizations.retire_organization(organization=row, actor=self.actor, now=self.now, **data)
"""

import functools
from collections.abc import Callable
from typing import Any

from rest_framework.decorators import action
from rest_framework.response import Response

from kit.api.fields import Body, Empty
from kit.api.representation import Offer
from kit.idempotency import Answer
from kit.lifecycle import named

Policy = str | Callable[[dict[str, Any]], str]
When = Callable[[dict[str, Any]], bool]
By = Callable[[dict[str, Any], Any], bool]


def _offer(
    name: str, label: str, policy: Policy, when: When, method: str = "POST", *, by: By | None = None, at: str = ""
) -> Offer:
    ask = (lambda row: policy) if isinstance(policy, str) else policy
    return Offer(name, label, ask, when, method, by, at)


def _always(row: dict[str, Any]) -> bool:
    return True


def _from_move(move: str, label: str, policy: Policy, when: When) -> tuple[str, Policy, Any]:
    name, _, step_name = move.partition(".")
    lifecycle = named(name)
    step = lifecycle.moves[step_name]

    def starts_here(row: dict[str, Any]) -> bool:
        return row[lifecycle.field] in step.sources and when(row)

    return label or step.label, policy or step.verb, starts_here


def verb(
    name: str,
    label: str = "",
    *,
    body: type[Body] = Empty,
    move: str = "",
    policy: Policy = "",
    when: When = _always,
    by: By | None = None,
) -> Callable[..., Any]:
    """Make ``method(self, row, data)`` a verb, offered in ``actions`` where policy and ``when`` say so.

    ``move`` (``"joint_org.dissolve"``) takes label, policy and starting states from the lifecycle. ``by(row, caller)``
    asks for the person named in the row (chair, teller) instead of the policy. The service decides again, under lock.
    The method may return an ``Answer`` of its own, for what leaves nothing of the row to show.
    """
    if move:
        label, policy, when = _from_move(move, label, policy, when)

    def declare(method: Callable[..., Any]) -> Any:
        @functools.wraps(method)
        def run(self: Any, request: Any, pk: str) -> Response:
            def effect() -> Answer:
                row = self.row(pk)
                made = method(self, row, self.read_body(body))
                return made if isinstance(made, Answer) else Answer(200, self.shown(pk))

            return self.once(effect)

        run.body = body  # type: ignore[attr-defined]  # a mark
        run.offer = _offer(name, label, policy, when, by=by)  # type: ignore[attr-defined]  # a mark
        return action(detail=True, methods=["post"], url_path=name, url_name=name)(run)

    return declare


def elsewhere(
    name: str, label: str, at: str, *, policy: Policy = "", when: When = _always, by: By | None = None
) -> Offer:
    """A step offered on this row that makes a row of another resource: a POST on the collection ``at``.

    Stands as a class attribute of the view, in the order of the verbs.
    """
    return _offer(name, label, policy, when, by=by, at=at)


def creates(label: str, *, body: type[Body]) -> Callable[..., Any]:
    """Make ``create(self, data) -> row`` the POST on the collection; answers 201 with Location.

    It may return an ``Answer`` of its own instead, for what is shown only once.
    """

    def declare(method: Callable[..., Any]) -> Any:
        @functools.wraps(method)
        def create(self: Any, request: Any) -> Response:
            def effect() -> Answer:
                made = method(self, self.read_body(body))
                return made if isinstance(made, Answer) else Answer(201, self.shown(made.pk))

            return self.once(effect)

        create.body, create.label = body, label  # type: ignore[attr-defined]  # a mark
        return create

    return declare


def changes(label: str, *, body: type[Body], policy: Policy, when: When = _always) -> Callable[..., Any]:
    """Make ``partial_update(self, row, data)`` the PATCH, guarded by If-Match; only the sent fields are changed."""

    def declare(method: Callable[..., Any]) -> Any:
        @functools.wraps(method)
        def partial_update(self: Any, request: Any, pk: str) -> Response:
            return self.changed(pk, lambda row: method(self, row, self.read_body(body, partial=True)))

        partial_update.body = body  # type: ignore[attr-defined]  # a mark
        partial_update.offer = _offer("change", label, policy, when, "PATCH")  # type: ignore[attr-defined]  # a mark
        return partial_update

    return declare
