"""四议两公开 through the pages, the admin, the API and on paper: the same verbs, the same sentences."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from deliberation import selectors
from deliberation.models import Checklist, ChecklistTemplate, Resolution
from deliberation.selectors import registers
from kit import trace
from kit.ids import new_id
from orgs.choices import Role
from tests.api.client import Caller
from tests.deliberation.test_checklists import TODAY, conditional, decided, of
from tests.deliberation.test_papers import said
from tests.deliberation.test_resolutions import adopted
from tests.factories import PersonFactory, PostingFactory
from tests.orgs.admin.conftest import sentences, visit

__all__ = ["visit"]


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def send(client):
    def post(person, name, *args, **values):
        client.force_login(person)
        return client.post(reverse(name, args=args), {"form_key": str(new_id()), **values})

    return post


def test_the_secretary_ticks_the_villages_and_the_village_enters_its_steps(room, client, send):
    motion = adopted(room)
    client.force_login(room.joint)
    form = client.get(reverse("motion-step", args=[motion.pk, "form"])).text
    assert room.cast.daxing.name in form
    assert room.cast.company.name not in form, "only villages go through 四议两公开"
    words = {"title": "关于流转河滩地的决议", "text": "统一流转。", "scope": "none"}
    answer = send(room.joint, "motion-step", motion.pk, "form", villages=[room.cast.daxing.pk], **words)
    row = Resolution.objects.get()
    assert answer["Location"].startswith(reverse("resolution", args=[row.pk]))
    assert "涉及的村办理四议两公开" in client.get(answer["Location"]).text
    refused = send(room.joint, "resolution-step", row.pk, "take_effect")
    assert refused.status_code == 409
    assert f"{room.cast.daxing.name}的“党支部会提议”还没有办" in refused.text
    checklist = of(row, room.cast.daxing)
    client.force_login(room.daxing)
    page = client.get(reverse("checklist-step", args=[checklist.pk, "mark"])).text
    position = re.search(r'name="position" value="(\d)"', page)[1]
    values = {"position": position, "evidence": "大兴村决〔2026〕3号"}
    early = send(room.daxing, "checklist-step", checklist.pk, "mark", done_on="2026-12-01", **values)
    assert (early.status_code, "办理日期不能晚于今天" in early.text) == (422, True)
    assert send(room.daxing, "checklist-step", checklist.pk, "mark", done_on=TODAY, **values).status_code == 302
    # The same form from another phone, opened before.
    twice = send(room.daxing, "checklist-step", checklist.pk, "mark", done_on=TODAY, **values)
    assert (twice.status_code, "已经登记过" in twice.text) == (409, True)
    entry = checklist.entries.get()
    fixed = {"position": entry.pk, "done_on": TODAY, "evidence": "大兴村决〔2026〕4号", "reason": "文号写错"}
    assert send(room.daxing, "checklist-step", checklist.pk, "correct", **fixed).status_code == 302
    shown = client.get(reverse("checklist", args=[checklist.pk])).text
    assert "大兴村决〔2026〕4号" in shown
    assert "更正 1 次" in shown
    assert "由“2026年11月24日，大兴村决〔2026〕3号”更正为" in shown


def test_a_village_that_decides_against_sends_it_back_by_its_page(room, client, send):
    row = conditional(room, villages=[room.cast.daxing])
    checklist = of(row, room.cast.daxing)
    client.force_login(room.daxing)
    home = reverse("checklist", args=[checklist.pk])
    against = reverse("checklist-step", args=[checklist.pk, "refuse"])
    assert against not in client.get(home).text
    decided(room, checklist, until=3)
    assert against in client.get(home).text
    back = reverse("resolution-step", args=[row.pk, "return"])
    client.force_login(room.joint)
    assert back not in client.get(reverse("resolution", args=[row.pk])).text
    send(room.daxing, "checklist-step", checklist.pk, "refuse", decided_on=TODAY, reason="租金太低")
    client.force_login(room.joint)
    page = client.get(reverse("resolution", args=[row.pk])).text
    assert back in page
    assert "租金太低" in page
    assert send(room.joint, "resolution-step", row.pk, "return", reason="大兴村不同意").status_code == 302
    assert Resolution.objects.get().state == "sent_back"


def test_the_representative_of_the_village_enters_it_in_the_admin(visit, room):
    checklist = of(conditional(room), room.cast.mingyue)
    clerk = PersonFactory(name="周文书", organization=room.cast.mingyue, username="zhou")
    PostingFactory(person=clerk, organization=room.cast.mingyue, role=Role.UNIT_REPRESENTATIVE)
    village, name = visit(clerk), "deliberation.checklist"
    form = village.ask(name, checklist, "mark").context["form"]
    assert (form["position"].initial, form["step"].initial) == (1, "党支部会提议")
    entered = {"position": 1, "done_on": "2026/11/20", "evidence": "村决〔2026〕3号"}
    answer = village.do(name, checklist, "mark", **entered)
    assert answer.status_code == 302, sentences(answer)
    assert "已经登记过" in sentences(village.do(name, checklist, "mark", **entered))
    fixed = {"position": checklist.entries.get().pk, "done_on": "2026/11/21", "evidence": "村决〔2026〕3号"}
    assert village.do(name, checklist, "correct", **fixed).status_code == 422
    assert village.do(name, checklist, "correct", **fixed, reason="日期写错").status_code == 302
    page = village.open(name, checklist).content.decode()
    assert "2026年11月20日" in page
    assert "日期写错" in page


def test_the_steps_get_their_next_version_from_the_organization_department(visit, room):
    keeper, name = visit(room.cast.district_zhao), "deliberation.checklisttemplate"
    page = keeper.client.get(keeper.address(name, "add"))
    assert page.context["adminform"].form.initial["steps"].splitlines()[3] == "村民会议或村民代表会议决议"
    values = {
        "steps": "党支部会提议\n村民会议决议\n\n决议公开\n实施结果公开",
        "decides_at": 2,
        "source": "区委组织部〔2026〕3号",
        "effective_on": "2026/12/01",
    }
    wrong = keeper.add(name, **values | {"decides_at": 4})
    assert "至少还有决议公开和实施结果公开" in wrong.context["adminform"].form.errors["decides_at"][0]
    assert keeper.add(name, **values).status_code == 302
    assert len(ChecklistTemplate.objects.get(version=2).steps) == 4


def test_a_program_forms_it_and_enters_the_steps(room):
    joint, li = Caller(room.joint), Caller(room.cast.secretary_li)
    words = {"motion": adopted(room).pk, "title": "决议", "text": "统一流转。", "scope": "none"}
    wrong = joint.post("/resolutions/", {**words, "villages": [room.cast.company.pk]})
    assert wrong.status_code == 422
    assert "不是" in wrong.json()["errors"]["villages"][0]
    made = joint.post("/resolutions/", {**words, "villages": [room.cast.mingyue.pk]}).json()
    assert (made["state"], made["villages_waiting"]) == ("conditional", 1)
    assert "take-effect" not in {each["verb"] for each in made["actions"]}
    refused = joint.post(f"{made['links']['self']}take-effect/", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "village_pending")
    (listed,) = li.get(made["links"]["checklists"]).json()["results"]
    assert (listed["next_step"], listed["light"]) == ("党支部会提议", "green")
    address = listed["links"]["self"]
    for position in range(1, 6):
        step = {"position": position, "done_on": TODAY.isoformat(), "evidence": "3号"}
        shown = li.post(f"{address}mark/", step).json()
    assert (shown["state"], shown["next_step"], shown["decided_on"]) == ("decided", "", TODAY.isoformat())
    assert [each["entries"][0]["evidence"] for each in shown["steps"][:5]] == ["3号"] * 5
    assert joint.post(f"{made['links']['self']}take-effect/", {}).json()["state"] == "effective"


def test_the_paper_names_the_villages_and_what_is_outstanding(room):
    row = conditional(room)
    decided(room, of(row, room.cast.mingyue))
    words = said(selectors.resolution_paper(Resolution.objects.get()))
    assert (
        "六、附条件\n本决议涉及明月村党支部、大兴村党支部的资产、资金或者土地，须经各村四议两公开，"
        "村级决议齐备后才能公示、生效。现在大兴村党支部的“党支部会提议”还没有办。本决议按“社会公开”的范围公示"
    ) in words
    decided(room, of(row, room.cast.daxing))
    assert "村级决议已经齐备。本决议按" in said(selectors.resolution_paper(Resolution.objects.get()))


def test_the_chain_shows_the_village_between_resolution_and_notice(room, client):
    row = conditional(room)
    client.force_login(room.cast.secretary_li)
    page = client.get(f"{reverse('trace')}?subject=deliberation.resolution:{row.pk}").text
    assert page.index("形成决议" if "形成决议" in page else row.number) < page.index("明月村党支部四议两公开")
    # From the checklist one sees the same chain.
    subjects = [f"deliberation.resolution:{row.pk}", f"deliberation.checklist:{of(row, room.cast.mingyue).pk}"]
    chains = [trace.chain(room.cast.secretary_li, subject, on=TODAY) for subject in subjects]
    assert [[entry.subject for entry in chain] for chain in chains] == [[e.subject for e in chains[0]]] * 2
    assert subjects[1] in {entry.subject for entry in chains[1] if entry.is_here}


@pytest.mark.parametrize("colour, days", [("green", 0), ("yellow", 27), ("red", 29)])
def test_the_filter_of_lights_is_the_twin_of_the_light(room, colour, days):
    conditional(room)
    on = TODAY + timedelta(days=days)
    lit = set(registers.lit_checklists(Checklist.objects.all(), colour, on=on))
    assert lit == {row for row in Checklist.objects.all() if selectors.checklist_light(row, on=on).colour == colour}
    assert lit
