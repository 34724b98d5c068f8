"""Generated requests from every role against our own schema: no 5xx, no undocumented status, answers as described.

``SCHEMATHESIS_EXAMPLES`` (default 2) is the number per operation, each sent by every role; nightly runs take hundreds.
"""

import os
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kit import tokens
from tests.cast import CAST
from tests.deliberation.api.rows import Matter
from tests.deliberation.conftest import NOW, make_room
from tests.resources.stages import STAGES, layered

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "2"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Slices of the operations, so that both workers have some.
PARTS = 6
SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"

load_all_checks()


@pytest.fixture
def real_ids(cast):
    """Ids that exist, so that generated requests get beyond the 404; some in reach of each role, some not."""
    from orgs.models import Membership, Posting

    matter = Matter(make_room(cast))
    checked = layered(cast)
    return {
        **matter.ids(),
        "divisions": ["511902", "511902107", "511902107205"],
        "organizations": [str(cast.mingyue.pk), str(cast.sanjiang.pk), str(cast.yangfan.pk), str(cast.company.pk)],
        "joint-orgs": [str(cast.tianma.pk), str(cast.zengkou_joint.pk)],
        "memberships": [str(pk) for pk in Membership.objects.values_list("pk", flat=True)[:3]],
        "people": [str(cast.secretary_li.pk), str(cast.secretary_sun.pk)],
        "postings": [str(pk) for pk in Posting.objects.values_list("pk", flat=True)[:3]],
        "demands": [str(make(cast).pk) for make in STAGES.values()],
        "demand-layers": [str(checked.layers.get().pk)],
    }


def _auth(person) -> dict[str, str]:
    if person.pk is None:
        return {}
    now = timezone.now()
    _, secret = tokens.issue_token(
        actor=person, name="t", scopes=["read", "write", "export"], expires_at=now + timedelta(days=1), now=now
    )
    return {"Authorization": f"Token {secret}"}


def _ask(operation, ids: list[str], everybody: dict[str, dict[str, str]]) -> int:
    """Generated requests for one operation, half of them with ids that exist, each sent by every role from the same
    rows. Returns how many were generated."""
    generated = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES < 10,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        ),
        data=st.data(),
    )
    def ask(case, data):
        nonlocal generated
        if ids and case.path_parameters and data.draw(st.booleans()):
            case.path_parameters["id"] = data.draw(st.sampled_from(ids))
        generated += 1
        for role, headers in everybody.items():
            note(f"sent by {role}")
            point = transaction.savepoint()
            case.call_and_validate(headers=headers, checks=CHECKS)
            transaction.savepoint_rollback(point)

    ask()
    return generated


@pytest.mark.parametrize("part", range(PARTS))
def test_generated_requests_of_every_role_meet_no_5xx_and_no_undocumented_answer(
    on_the_day, cast, part, real_ids, unhurried
):
    everybody = {role: _auth(cast[role]) for role in CAST}
    operations = [result.ok() for result in _schema().get_all_operations()][part::PARTS]
    generated = 0
    for operation in operations:
        resource = operation.path.split("/")[3]
        if resource not in ("schema", "docs"):
            generated += _ask(operation, real_ids.get(resource, []), everybody)
    assert generated >= len(operations)


@cache
def _schema():
    schema = schemathesis.openapi.from_path(SCHEMA)
    schema.app = get_wsgi_application()
    return schema


@pytest.fixture
def on_the_day():
    """The matter's own: no request comes before what it is about."""
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def unhurried(settings):
    """No throttles, and requests leave the test's own connection open, as Django's test client arranges it."""
    settings.API_RATES = {"address": 10**9, "read": 10**9, "write": 10**9}
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)
