"""``@service``: what every verb shares. One transaction, keyword-only, and the actor stamped for the audit triggers."""

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, connection, transaction

from kit import constraints
from kit.actors import VISITOR, actor_label

P = ParamSpec("P")
R = TypeVar("R")

# Set by the request middleware, the task wrapper or the command; empty outside of them.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def stamp(actor) -> None:
    """Tell the audit triggers who acts, for the rest of the current transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('liancun.actor', %s, true), set_config('liancun.request', %s, true)",
            [actor_label(actor), request_id.get()],
        )


@contextmanager
def unnamed() -> Iterator[None]:
    """Whoever acts from here to the end of the transaction is recorded nowhere, by name or by the request's id.

    For what stands under nobody's name (异议, 投诉建议), also when the person happens to be signed in.
    """
    given = request_id.set("")
    stamp(VISITOR)
    try:
        yield
    finally:
        request_id.reset(given)


def service(verb: Callable[P, R]) -> Callable[P, R]:
    """Make a function a verb: atomic, stamped, constraints answered in Chinese.

    It must take ``actor`` and only keyword arguments.
    """
    parameters = inspect.signature(verb).parameters
    named = {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}
    if "actor" not in parameters or any(p.kind not in named for p in parameters.values()):
        raise TypeError(f"{verb.__qualname__} must take keyword-only arguments, among them actor")

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                stamp(kwargs["actor"])
                return verb(*args, **kwargs)
        except IntegrityError as error:
            if refusal := constraints.refusal(error):
                raise refusal from error
            raise

    run.is_service = True  # type: ignore[attr-defined]  # read by the architecture test
    return run
