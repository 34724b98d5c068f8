"""The product behind gunicorn, loaded before the fork, dying on order: ``X-Die: before``, ``during`` or ``after``.

before: the request has arrived, nothing is done. during: inside the verb's transaction, the change written and not
committed. after: committed, the answer not yet sent.
"""

import os
import signal
from contextvars import ContextVar

from lianCun.wsgi import application as product  # isort: skip - sets Django up

from kit import idempotency
from lianCun import urls  # noqa: F401 - loaded once, before the workers are forked

_order: ContextVar[str] = ContextVar("order", default="")
_run_once = idempotency.run_once


def _die(moment: str) -> None:
    if _order.get() == moment:
        os.kill(os.getpid(), signal.SIGKILL)


def _run_and_die(*, fn, **kwargs):
    def run():
        answer = fn()
        _die("during")
        return answer

    return _run_once(fn=run, **kwargs)


idempotency.run_once = _run_and_die


def application(environ, start_response):
    _order.set(environ.get("HTTP_X_DIE", ""))
    _die("before")
    answer = product(environ, start_response)
    _die("after")
    return answer
