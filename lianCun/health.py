"""Is the process alive, may it be sent work, and what a visitor sees while the database is away."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

from kit import database
from lianCun.pages import refusals

# Seconds after which a client may try again; PostgreSQL is back well within it after a crash.
RETRY_AFTER = 5


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing of anybody else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database stands as this version needs it, else 503 with what is wrong."""
    try:
        found = database.problems()
    except (OperationalError, InterfaceError):
        return unavailable(["数据库暂时连不上。"])
    return unavailable(found) if found else JsonResponse({"status": "ready"})


def unavailable(sentences: list[str]) -> HttpResponse:
    response = JsonResponse(
        {"status": "unavailable", "problems": sentences}, status=503, json_dumps_params={"ensure_ascii": False}
    )
    response["Retry-After"] = str(RETRY_AFTER)
    return response


class DatabaseAway:
    """Answers 503 with Retry-After instead of 500 when the connection to the database is lost or refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Lock time-outs and deadlocks are OperationalErrors too, on a living connection: those stay faults."""
        if isinstance(error, InterfaceError) or (isinstance(error, OperationalError) and _connection_lost(error)):
            return refusals.database_away(request)
        return None


def _connection_lost(error: OperationalError) -> bool:
    # SQLSTATE class 08 and 57P0x; none at all when the server could not be reached.
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(("08", "57P0"))
