"""The raw limit: token, scope and rows as three hand-written statements, answered as JSON."""

from datetime import date

from django.db import connection
from django.http import HttpRequest, JsonResponse

from orgs.choices import OrganizationKind, Role

_ROLES = dict(Role.choices)
_KINDS = dict(OrganizationKind.choices)


def _paths(cursor, request: HttpRequest) -> list[str]:
    """The token's person, then the subtrees of their postings: two statements."""
    cursor.execute("SELECT user_id FROM authtoken_token WHERE key = %s", [request.headers["Authorization"].split()[1]])
    (person,) = cursor.fetchone()
    cursor.execute(
        "SELECT o.path FROM orgs_posting p JOIN orgs_organization o ON o.id = p.organization_id"
        " WHERE p.person_id = %s AND p.from_on <= %s AND (p.to_on IS NULL OR p.to_on >= %s)",
        [person, date.today(), date.today()],  # noqa: DTZ011
    )
    return [f"{path}%" for (path,) in cursor.fetchall()]


def postings(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        paths = _paths(cursor, request)
        cursor.execute(
            "SELECT p.id, p.role, p.field, p.from_on, p.to_on, p.organization_id, o.name, p.person_id, h.name"
            " FROM orgs_posting p JOIN orgs_organization o ON o.id = p.organization_id"
            " JOIN orgs_person h ON h.id = p.person_id"
            " WHERE o.path LIKE %s AND p.role = %s ORDER BY o.path, p.id LIMIT 50",
            [paths[0], request.GET["role"]],
        )
        rows = cursor.fetchall()
    return JsonResponse({"results": [_posting(row) for row in rows]})


def posting(request: HttpRequest, pk) -> JsonResponse:
    """One row and nothing else: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.role, p.field, p.from_on, p.to_on, p.organization_id, o.name, p.person_id, h.name"
            " FROM orgs_posting p JOIN orgs_organization o ON o.id = p.organization_id"
            " JOIN orgs_person h ON h.id = p.person_id WHERE p.id = %s",
            [pk],
        )
        return JsonResponse(_posting(cursor.fetchone()))


def _posting(row) -> dict:
    pk, role, field, from_on, to_on, organization, organization_name, person, person_name = row
    return {
        "id": pk,
        "role": role,
        "role_label": _ROLES[role],
        "field": field,
        "from_on": from_on,
        "to_on": to_on,
        "organization": {"id": organization, "name": organization_name},
        "person": {"id": person, "name": person_name},
        "actions": [],
    }


def organizations(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        paths = _paths(cursor, request)
        cursor.execute(
            "SELECT id, kind, name, path, division_id, state, created_at FROM orgs_organization"
            " WHERE path LIKE %s AND state = %s ORDER BY path LIMIT 50",
            [paths[0], request.GET["state"]],
        )
        rows = cursor.fetchall()
    return JsonResponse(
        {
            "results": [
                {
                    "id": pk,
                    "kind": kind,
                    "kind_label": _KINDS[kind],
                    "name": name,
                    "path": path,
                    "division": division,
                    "state": state,
                    "created_at": created_at,
                    "actions": [],
                }
                for pk, kind, name, path, division, state, created_at in rows
            ]
        }
    )
