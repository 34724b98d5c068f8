"""What a request of 议事协调 costs in statements (P1–P3): the same at 2 rows and at 20."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kit import tokens
from tests.api.client import Caller
from tests.deliberation.conftest import NOW


def program(person) -> Caller:
    _, secret = tokens.issue_token(
        actor=person, name="t", scopes=["read", "write", "export"], expires_at=NOW + timedelta(days=1), now=NOW
    )
    found = Caller(token=secret)
    found.get("/me/")  # notes the token's use, reads parameters and holidays
    return found


def asked(found) -> list[str]:
    return [q["sql"] for q in found if "SAVEPOINT" not in q["sql"]]


def one_more_motion(room, number):
    room.motion(title=f"关于第{number}件事的议题")


MORE = {"motions": one_more_motion}


@pytest.mark.parametrize("resource", MORE)
@pytest.mark.parametrize("who", ["joint", "daxing"])
def test_p1_a_list_costs_the_same_at_2_and_20_rows_and_at_most_5(room, resource, who):
    caller = program(getattr(room, who))
    for number in range(2):
        MORE[resource](room, number)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as found:
            rows = caller.get(f"/{resource}/?limit=200&count=capped").json()["results"]
        counts.append((len(found), len(rows)))
        for number in range(2, 20):
            MORE[resource](room, number)
    assert counts[0][0] == counts[1][0] <= 5, "\n".join(q["sql"][:150] for q in found)
    assert counts[1][1] >= counts[0][1] + 18 >= 20


@pytest.mark.parametrize("resource", MORE)
def test_p2_one_row_costs_at_most_7(room, resource):
    caller = program(room.joint)
    MORE[resource](room, 1)
    address = caller.get(f"/{resource}/").json()["results"][0]["links"]["self"]
    with CaptureQueriesContext(connection) as found:
        assert caller.get(address).status_code == 200
    assert len(found) <= 7, "\n".join(q["sql"][:150] for q in found)


def measured(caller, address, body) -> int:
    with CaptureQueriesContext(connection) as found:
        answer = caller.post(address, body)
    assert answer.status_code in (200, 201), answer.text
    assert len(asked(found)) <= 16, "\n".join(f"{n} {sql[:130]}" for n, sql in enumerate(asked(found), 1))
    return len(asked(found))


def test_p3_a_write_costs_at_most_16_statements(room):
    li, joint, he = program(room.cast.secretary_li), program(room.joint), program(room.cast.entrepreneur_he)
    body = {"body": room.body.pk, "unit": room.cast.mingyue.pk, "title": "关于修路的议题", "text": "路面坏了。"}
    measured(li, "/motions/", body)
    motion = f"/motions/{room.draft().pk}/"
    measured(li, f"{motion}submit/", {})
    measured(he, f"{motion}second/", {"unit": room.cast.company.pk})
    measured(joint, f"{motion}accept/", {})
    measured(joint, f"{motion}defer/", {"reason": "年底再议"})
    measured(li, f"{motion}withdraw/", {"reason": "已解决"})
