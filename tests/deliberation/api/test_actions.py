"""``actions`` and the services agree, for everybody who sees the row, at every moment of the matter.

What is offered is not refused as hidden, forbidden or at the wrong moment; what is not offered is.
"""

import pytest
from django.db import transaction

from kit.api.views import ResourceView
from tests.api.client import Caller
from tests.deliberation.api.test_walls import PREFIXES, house  # noqa: F401 - the fixture
from tests.deliberation.api.walls import PEOPLE, WALLS

REFUSED = (403, 404, 409)
RESOURCES = sorted({prefix.split("/")[3] for prefix in PREFIXES})
# What a step without a body of its own in the walls asks for.
BODIES = {
    ("meetings", "add-item"): lambda m, row: {"meeting": row.pk, "kind": "briefing", "title": "通报"},
    ("agenda-items", "note-statement"): lambda m, row: {
        "agenda_item": row.pk,
        "attendance": (row.meeting.attendances.filter(person=m.room.joint).first() or m.came).pk,
        "text": "先修路",
    },
    ("meetings", "invite"): lambda m, row: {"person": m.guest.pk},
    ("agenda-items", "open-poll"): lambda m, row: {"agenda_item": row.pk, "method": "recorded"},
    ("motions", "form-resolution"): lambda m, row: {"motion": row.pk, "title": "决议", "text": "办。", "scope": "none"},
    ("resolutions", "publish"): lambda m, row: {"resolution": row.pk, "title": "公示", "text": "由明月村修缮。"},
    ("public-notices", "file-objection"): lambda m, row: {
        "public_notice": row.pk,
        "text": "造价和村里公布的不一样。",
    },
    ("minutes", "note"): lambda m, row: {
        "agenda_item": row.meeting.items.first().pk,
        "text": "改过。",
        "revision": row.notes.count(),
    },
    ("minutes", "correct"): lambda m, row: {
        "agenda_item": row.meeting.items.first().pk,
        "text": "更正。",
        "reason": "笔误",
    },
    ("checklists", "mark"): lambda m, row: m.step(len({each.position for each in row.entries.all()}) + 1),
    ("resolutions", "assign-task"): lambda m, row: m.new_task() | {"resolution": row.pk},
}


def body_of(matter, resource, offer, row, who):
    key = (resource, offer.name)
    if key in BODIES:
        return BODIES[key](matter, row)
    if key == ("motions", "second"):  # each for the unit they head
        return {"unit": (matter.cast.daxing if who == "daxing" else matter.cast.company).pk}
    if key == ("meetings", "sign-in"):
        return {"code": row.sign_in_code}
    route = (
        f"POST /api/v1/{resource}/{{id}}/{offer.name}/"
        if offer.method == "POST"
        else f"PATCH /api/v1/{resource}/{{id}}/"
    )
    return next(wall.body(matter) for wall in WALLS if wall.route == route)


def view_of(resource) -> type[ResourceView]:
    return next(
        each
        for each in _views(ResourceView)
        if getattr(each, "representation", None) and each.representation.resource == resource
    )


def _views(base):
    for each in base.__subclasses__():
        yield each
        yield from _views(each)


@pytest.mark.parametrize("resource", RESOURCES)
def test_what_is_offered_is_what_the_service_allows(resource, house):  # noqa: F811
    matter, callers = house
    offers = view_of(resource).offers
    wrong, offered_once, refused = [], set(), set()
    for row in matter.rows().get(resource, []):
        address = f"/api/v1/{resource}/{row.pk}/"
        for who in PEOPLE:
            shown = callers[who].get(address)
            if shown.status_code != 200:
                continue
            offered = {action["verb"] for action in shown.json()["actions"]}
            offered_once |= offered
            for offer in offers:
                # What is refused is refused at every row in this state; what is offered is tried at each.
                here = (getattr(row, "state", ""), who, offer.name)
                if offer.name not in offered and here in refused:
                    continue
                status = tried(callers[who], matter, resource, offer, row, who)
                if (status in REFUSED) == (offer.name in offered):
                    wrong.append((who, row, offer.name, status))
                if status in REFUSED:
                    refused.add(here)
    assert wrong == [], wrong
    assert offered_once == {offer.name for offer in offers}, "a step that no row of the matter offers to anybody"


def tried(caller: Caller, matter, resource, offer, row, who) -> int:
    point = transaction.savepoint()
    answer = caller.send(
        offer.method,
        offer.href(resource, row.pk),
        body_of(matter, resource, offer, row, who),
        **({"if_match": "*"} if offer.method == "PATCH" else {}),
    )
    transaction.savepoint_rollback(point)
    return answer.status_code
