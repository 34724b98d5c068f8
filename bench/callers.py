"""Who asks in a run: one person for each reach, with a token for the product, one for the floors, and a session.

``python -m bench.callers`` runs inside the environment of a data set and prints them as JSON.
"""

import json
import subprocess
import sys
import uuid
from dataclasses import dataclass
from datetime import timedelta

from bench.database import ROOT, connect, environment, manage

SETTINGS = "bench.floor.settings"
# Reach → where the post stands and its role, from narrow to wide.
REACHES = {
    "village": ("d511902/t107/v205/", "unit_secretary"),
    "township": ("d511902/t107/", "township_officer"),
    "area": ("d511902/a1/", "area_officer"),
    "district": ("d511902/", "district_viewer"),
}
LABELS = {"village": "村", "township": "乡镇", "area": "片区", "district": "区"}


@dataclass(frozen=True)
class Caller:
    """One person's credentials and a row of each kind in reach; ``organizations``: how many are in reach.

    office: where the post stands. deep: a cursor far down the demands, at row ``depth``.
    """

    token: str
    floor_token: str
    cookie: str
    organizations: int
    posting: str
    joint_org: str
    office: str
    deep: str
    depth: int

    def headers(self, *, floor: bool = False) -> dict[str, str]:
        return {"Authorization": f"Token {self.floor_token if floor else self.token}"}


def prepared(database: str) -> dict[str, Caller]:
    """Make the callers of a data set anew. Raises RuntimeError with the output when that fails."""
    manage(database, "migrate", "authtoken", "--database", "owner", "--skip-checks", "-v0", settings=SETTINGS)
    with connect(database) as link:
        link.execute("GRANT SELECT, INSERT, DELETE ON authtoken_token TO PUBLIC")
    done = subprocess.run(
        [sys.executable, "-m", "bench.callers"],
        env={**environment(database), "DJANGO_SETTINGS_MODULE": SETTINGS},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return {reach: Caller(**values) for reach, values in json.loads(done.stdout.splitlines()[-1]).items()}


def _main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.test import Client
    from django.utils import timezone
    from rest_framework.authtoken.models import Token

    from kit import sessions, tokens
    from orgs import selectors
    from orgs.models import Posting
    from resources.selectors import demands

    now, found = timezone.now(), {}
    for reach, (path, role) in REACHES.items():
        running = Posting.objects.filter(organization__path=path, role=role, to_on=None)
        person = running.select_related("person__organization").order_by("pk")[0].person
        person.username = f"bench_{reach}"
        type(person).objects.filter(pk=person.pk).update(username=person.username)
        tokens.revoke_all(actor=person, person=person, now=now)
        _, secret = tokens.issue_token(
            actor=person, name="bench", scopes=["read", "write"], expires_at=now + timedelta(days=30), now=now
        )
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        session = SessionStore(key)
        sessions.begin(session, now=now, sign_in=uuid.uuid4(), district=person.organization.path.split("/", 1)[0] + "/")
        session.save()
        joint_org = selectors.joint_orgs(person).order_by("organization__path").first()
        found[reach] = {
            "token": secret,
            "floor_token": Token.objects.get_or_create(user=person)[0].key,
            "cookie": f"{settings.SESSION_COOKIE_NAME}={key}",
            "organizations": selectors.organizations(person).count(),
            "posting": str(selectors.postings(person).order_by("organization__path", "pk")[0].pk),
            "joint_org": str(joint_org.pk) if joint_org else "",
            "office": str(running.values_list("organization_id", flat=True).order_by("pk")[0]),
            **_deep(demands(person)),
        }
    print(json.dumps(found))


def _deep(rows) -> dict:
    """The cursor after row 200,000 of the newest first, or after nine tenths of a shorter list."""
    from kit import keyset

    depth = min(200_000, rows.order_by().count() * 9 // 10)
    if not depth:
        return {"deep": "", "depth": 0}
    last = rows.order_by("-id").values_list("id", flat=True)[depth - 1]
    return {"deep": keyset.write_cursor([last], back=False, purpose="demands:-id"), "depth": depth}


if __name__ == "__main__":
    _main()
