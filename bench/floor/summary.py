"""Floors of the dashboard: token, scope and one statement over the counts; and the same counted live."""

from django.db import connection
from django.http import HttpRequest, JsonResponse

from bench.floor.raw import _paths


def counted(request: HttpRequest) -> JsonResponse:
    """By township and state, from the counts alone."""
    return _grouped(
        request,
        "SELECT h.name, c.state, sum(c.number) FROM resources_demandcount c"
        " JOIN orgs_organization h ON h.id = c.home_id WHERE h.path LIKE %s GROUP BY h.name, c.state",
    )


def live(request: HttpRequest) -> JsonResponse:
    """The same from the demands themselves."""
    return _grouped(
        request,
        "SELECT h.name, d.state, count(*) FROM resources_demand d JOIN orgs_organization u ON u.id = d.unit_id"
        " JOIN orgs_organization h ON h.id = u.parent_id WHERE u.path LIKE %s AND d.state <> 'draft'"
        " GROUP BY h.name, d.state",
    )


def _grouped(request: HttpRequest, statement: str) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_paths(cursor, request)[0]])
        return JsonResponse({"results": cursor.fetchall()})
