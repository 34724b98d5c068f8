"""全链追溯: the same whole chain from whichever end one enters, and of it only what the person may see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deliberation.models import Motion, ResolutionTask
from deliberation.services import motions, notices, polls, resolutions, tasks
from kit import trace
from kit.errors import Hidden
from resources.services import demands
from tests.api.client import Caller, problem
from tests.deliberation.conftest import make_room
from tests.resources.test_demands import NOW, submitted, verified, written

ORDER = ["需求", "议题", "会议审议", "表决", "决议", "公示", "任务"]


@pytest.fixture
def room(cast):
    return make_room(cast)


def carried(room, demand, *, number_of_tasks=2):
    """The demand's motion voted, resolved, published, with tasks. Returns subject by kind (the last task's)."""
    demands.table_demand(actor=room.cast.secretary_li, demand=demand, now=room.now)
    motion = Motion.objects.get(about=f"resources.demand:{demand.pk}")
    motion = motions.accept_motion(actor=room.joint, motion=motion, now=room.now)
    item = room.discussed(motion)
    poll = polls.open_poll(actor=room.joint, item=item, method="recorded", now=room.now)
    for person in (room.joint, room.deputy, room.daxing):
        polls.cast_ballot(actor=person, poll=poll, choice="yes", now=room.now)
    polls.close_poll(actor=room.joint, poll=poll, now=room.now)
    resolution = resolutions.form_resolution(
        actor=room.joint,
        motion=motion,
        title="关于修缮烘干房的决议",
        text="由明月村负责。",
        scope="public",
        now=room.now,
    )
    notice = notices.publish_notice(
        actor=room.cast.cadre_chen, resolution=resolution, title="公示", text="烘干房由明月村修缮。", now=room.now
    )
    task = None
    for number in range(number_of_tasks):
        task = tasks.assign_task(
            actor=room.joint,
            resolution=resolution,
            title=f"修缮第{number + 1}座",
            due_on=(room.now + timedelta(days=30 + number)).date(),
            owner=room.cast.daxing if number else room.cast.mingyue,
            now=room.now,
        )
    rows = {
        "resources.demand": demand,
        "deliberation.motion": motion,
        "deliberation.agendaitem": item,
        "deliberation.poll": poll,
        "deliberation.resolution": resolution,
        "deliberation.publicnotice": notice,
        "deliberation.resolutiontask": task,
    }
    return {label: f"{label}:{row.pk}" for label, row in rows.items() if row is not None}


def seen(person, subject):
    return [entry.subject for entry in trace.chain(person, subject, on=NOW.date())]


def test_from_every_end_the_same_whole_chain_in_order(room):
    subjects = carried(room, verified(room.cast))
    whole = trace.chain(room.cast.secretary_li, subjects["resources.demand"], on=NOW.date())
    assert list(dict.fromkeys(entry.kind.noun for entry in whole)) == ORDER
    assert len(whole) == 8
    for label, subject in subjects.items():
        chain = trace.chain(room.cast.secretary_li, subject, on=NOW.date())
        assert [e.subject for e in chain] == [e.subject for e in whole], label
        assert [e.subject for e in chain if e.is_here] == [subject]


def test_every_kind_that_is_declared_can_be_entered_here(room):
    """A kind added later must join this test."""
    # A checklist belongs to a conditional resolution: tests/deliberation/test_checklist_doors.py enters there.
    entered = {*carried(room, verified(room.cast)), "deliberation.checklist"}
    assert {kind.label for kind in trace.kinds()} == entered


def test_another_matter_of_the_same_meeting_is_no_part_of_it(room):
    first = carried(room, verified(room.cast))
    other = demands.table_demand(
        actor=room.cast.secretary_li, demand=verified(room.cast, title="提灌站维修"), now=room.now
    )
    assert f"resources.demand:{other.pk}" not in seen(room.cast.secretary_li, first["deliberation.poll"])
    assert len(seen(room.cast.secretary_li, f"resources.demand:{other.pk}")) == 2


def test_merged_motions_and_a_second_try_belong_to_one_chain(room):
    """Two demands whose motions were merged; one of them had a withdrawn motion before."""
    li = room.cast.secretary_li
    first, second = verified(room.cast), verified(room.cast, title="烘干房再加一座")
    tried = demands.table_demand(actor=li, demand=first, now=room.now)
    withdrawn = Motion.objects.get(about=f"resources.demand:{first.pk}")
    motions.withdraw_motion(actor=li, motion=withdrawn, reason="先自己修", now=room.now)
    type(first).objects.filter(pk=tried.pk).update(state="verified")
    demands.table_demand(actor=li, demand=first, now=room.now)
    merged = Motion.objects.exclude(pk=withdrawn.pk).get(about=f"resources.demand:{first.pk}")
    demands.table_demand(actor=li, demand=second, now=room.now)
    into = Motion.objects.get(about=f"resources.demand:{second.pk}")
    motions.merge_motion(actor=room.joint, motion=merged, into=into, reason="同一件事", now=room.now)
    wanted = {f"resources.demand:{row.pk}" for row in (first, second)}
    wanted |= {f"deliberation.motion:{row.pk}" for row in (withdrawn, merged, into)}
    for subject in wanted:
        assert set(seen(li, subject)) == wanted, subject


def test_what_is_out_of_reach_is_neither_shown_nor_counted(room):
    subjects = carried(room, verified(room.cast))
    cast = room.cast
    for person in (cast.secretary_wang, cast.secretary_sun, cast.outsider, cast.system_admin, cast.discipline_wu):
        for subject in subjects.values():
            with pytest.raises(Hidden):
                trace.chain(person, subject, on=NOW.date())
    # 大兴村's task given to a unit of another joint organization: it sees its task, and nothing else of the matter.
    task = subjects["deliberation.resolutiontask"]
    ResolutionTask.objects.filter(pk=task.split(":")[1]).update(owner=cast.longmen)
    assert seen(cast.secretary_wang, task) == [task]
    # Control: for those of the body it is the whole chain all the same.
    assert len(seen(cast.secretary_li, task)) == len(seen(cast.entrepreneur_he, task)) == 8


def test_a_draft_about_it_is_seen_by_its_own_unit_alone(room):
    demand = submitted(room.cast)
    motions.propose_motion(
        actor=room.cast.secretary_li,
        unit=room.cast.mingyue,
        body=room.body,
        title="还没想好",
        text="草稿",
        about=f"resources.demand:{demand.pk}",
        now=NOW,
    )
    subject = f"resources.demand:{demand.pk}"
    assert len(seen(room.cast.secretary_li, subject)) == 2
    assert len(seen(room.cast.cadre_chen, subject)) == 1
    with pytest.raises(Hidden):
        seen(room.cast.cadre_chen, f"resources.demand:{written(room.cast).pk}")


def test_a_motion_withdrawn_as_a_draft_stays_the_units_own(room):
    demand = submitted(room.cast)
    about = f"resources.demand:{demand.pk}"
    draft = motions.propose_motion(
        actor=room.cast.secretary_li,
        unit=room.cast.mingyue,
        body=room.body,
        title="还没想好",
        text="草稿",
        about=about,
        now=NOW,
    )
    motions.withdraw_motion(actor=room.cast.secretary_li, motion=draft, reason="不提了", now=NOW)
    assert seen(room.cast.cadre_chen, about) == [about]
    assert len(seen(room.cast.secretary_li, about)) == 2


def test_an_open_poll_shows_nothing_of_its_course(room):
    demand = verified(room.cast)
    demands.table_demand(actor=room.cast.secretary_li, demand=demand, now=room.now)
    motion = motions.accept_motion(actor=room.joint, motion=Motion.objects.get(), now=room.now)
    poll = polls.open_poll(actor=room.joint, item=room.discussed(motion), method="recorded", now=room.now)
    polls.cast_ballot(actor=room.joint, poll=poll, choice="yes", now=room.now)
    link = trace.chain(room.joint, f"deliberation.poll:{poll.pk}", on=NOW.date())[-1].link
    assert (link.state_label, link.said) == ("正在表决", "")


@pytest.mark.parametrize("who", ["secretary_li", "district_zhao"])
def test_the_statements_do_not_grow_with_the_chain(room, who):
    """One for the entry, one for the hubs, one for each kind, two for the standing."""
    subject = carried(room, verified(room.cast), number_of_tasks=1)["deliberation.resolution"]
    resolution = trace.keys(frozenset({subject}), "deliberation.resolution")[0]
    counts = []
    for _ in range(2):
        person = type(room.cast[who]).objects.get(pk=room.cast[who].pk)
        with CaptureQueriesContext(connection) as found:
            links = trace.chain(person, subject, on=NOW.date())
        counts.append((len(found), len(links)))
        for number in range(20):
            tasks.assign_task(
                actor=room.joint,
                resolution=Motion.objects.get().resolutions.get(pk=resolution),
                title=f"再修第{number}座",
                due_on=NOW.date() + timedelta(days=40),
                owner=room.cast.mingyue,
                now=room.now,
            )
    assert counts[0][0] == counts[1][0] <= len(trace.kinds()) + 4, [q["sql"][:90] for q in found]
    assert counts[1][1] == counts[0][1] + 20


# --- the doors --------------------------------------------------------------------------------------------------------


def test_the_api_gives_the_chain_with_its_addresses(room):
    subjects = carried(room, verified(room.cast))
    li = Caller(room.cast.secretary_li)
    answer = li.get(f"/trace/?subject={subjects['deliberation.resolutiontask']}").json()
    assert [row["kind_label"] for row in answer["results"]] == [*ORDER, "任务"]
    assert [row["subject"] for row in answer["results"] if row["is_here"]] == [answer["subject"]]
    task = answer["results"][-1]
    assert (task["light"], task["state_label"]) == ("green", "待落实")
    demand = answer["results"][0]
    assert li.get(demand["links"]["self"]).json()["id"] == demand["id"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("subject=x", 400),
        ("subject=resources.demand:1", 400),
        ("subject=resources.demand:%00", 400),
        ("subject=resources.demand:01900000-0000-7000-8000-000000000000%0A", 400),
        ("subject=a.b:01900000-0000-7000-8000-000000000000&x=1", 400),
        ("subject=a.b:01900000-0000-7000-8000-000000000000", 404),
        ("subject=orgs.person:01900000-0000-7000-8000-000000000000", 404),
        ("subject=resources.demand:01900000-0000-7000-8000-000000000000", 404),
    ],
)
def test_a_bad_subject_is_told(cast, query, status):
    problem(Caller(cast.secretary_li).get(f"/trace/?{query}"), status)


def test_hidden_and_absent_get_the_same_answer(room):
    subject = f"resources.demand:{submitted(room.cast).pk}"
    absent = "resources.demand:01900000-0000-7000-8000-000000000000"
    sun = Caller(room.cast.secretary_sun)
    assert problem(sun.get(f"/trace/?subject={subject}"), 404) == problem(sun.get(f"/trace/?subject={absent}"), 404)


def test_the_page_opens_every_link_and_every_page_leads_back_to_it(room, client):
    subjects = carried(room, verified(room.cast))
    client.force_login(room.cast.secretary_li)
    page = client.get(reverse("trace"), {"subject": subjects["deliberation.motion"]})
    assert page.status_code == 200
    chain = page.context["chain"]
    for entry in chain:
        assert f'href="{entry.link.href}"' in page.text
        there = client.get(entry.link.href)
        assert there.status_code == 200, entry.subject
        if entry.kind.label != "deliberation.publicnotice":  # shown on its resolution's page
            assert f"?subject={entry.subject}" in there.text, entry.subject


def test_without_a_subject_the_page_says_where_to_come_in(cast, client):
    client.force_login(cast.secretary_li)
    assert "从一件事进来" in client.get(reverse("trace")).text
    assert client.get(reverse("trace"), {"subject": "x"}).status_code == 404
