"""What an area committee decides is published by 区委组织部, which also reviews what it answers (F-28)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from deliberation import rules, selectors
from deliberation.models import Objection, Resolution
from deliberation.selectors import reminders as due
from deliberation.services import notices
from kit import facts, policies, tickets
from kit.actors import VISITOR
from kit.errors import Forbidden, Hidden
from kit.ids import new_id
from orgs.choices import OrganizationKind, Role
from orgs.models import Organization, Person
from oversight.models import Notification
from tests.api.client import Caller
from tests.cast import CAST
from tests.deliberation.area import ANSWER, WORDS, area_of, somebody
from tests.deliberation.conftest import NOW
from tests.deliberation.test_resolutions import formed
from tests.factories import OrganizationFactory, PostingFactory
from tests.oversight.conftest import only, run

REVIEW = "审核异议答复"


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def area(room):
    return area_of(room)


@pytest.fixture
def foreign(cast):
    """The secretary of another area committee of the same district."""
    neighbour = OrganizationFactory(
        kind=OrganizationKind.AREA_COMMITTEE, parent=cast.district, number=2, name="清江文旅片区联合党委"
    )
    return somebody("姚远", "yaoyuan", neighbour, Role.AREA_SECRETARY)


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def send(client, address, **values):
    return client.post(address, {"form_key": str(new_id()), **values})


def kinds(person) -> list[str]:
    return [todo.kind for todo in selectors.todos(person=person, on=NOW.date())]


def publish(actor, resolution):
    return notices.publish_notice(actor=actor, resolution=resolution, title="公示", text="共建冷链库。", now=NOW)


# --- the whole way ----------------------------------------------------------------------------------------------------


def test_on_the_pages_from_its_resolution_to_its_effect(area, clock):
    zhao, secretary = browser(area.cast.district_zhao), browser(area.joint)
    resolution = area.formed()
    home = reverse("resolution", args=[resolution.pk])
    to_publish = reverse("resolution-step", args=[resolution.pk, "publish"])
    assert to_publish not in secretary.get(home).text
    assert to_publish in zhao.get(home).text
    assert send(zhao, to_publish, title="公示", text="共建冷链库。", from_on=NOW.date()).status_code == 302
    notice = resolution.notices.get()
    assert "共建冷链库" in Client().get(reverse("public-notice", args=[notice.pk])).text

    assert send(Client(), reverse("notice-object", args=[notice.pk]), text=WORDS).status_code in (200, 302)
    objection = Objection.objects.get()
    answer, review = (reverse(f"objection-{name}", args=[objection.pk]) for name in ("answer", "review"))
    drafted = secretary.post(answer, {"form_key": str(new_id()), "upheld": "no", "answer": ANSWER}, follow=True)
    assert "组织部干部审核，审核通过才送给提出人" in drafted.text
    assert "由另一位组织部干部审核" in secretary.get(review).text
    assert review in zhao.get(home).text
    assert send(secretary, review, drafted_at=NOW.isoformat()).status_code == 403
    assert send(zhao, review, drafted_at=NOW.isoformat()).status_code == 302
    assert tickets.look_up(objection.ticket).answer == ANSWER

    clock.move_to(NOW + timedelta(days=7))
    zhao, secretary = browser(area.cast.district_zhao), browser(area.joint)
    to_effect = reverse("resolution-step", args=[resolution.pk, "take_effect"])
    assert send(zhao, to_effect).status_code == 403
    assert send(secretary, to_effect).status_code == 302
    assert Resolution.objects.get().state == "effective"


def test_through_the_api_from_its_resolution_to_its_effect(area, clock):
    zhao, secretary = Caller(area.cast.district_zhao), Caller(area.joint)
    address = f"/resolutions/{area.formed().pk}/"
    words = {"resolution": address.split("/")[2], "title": "公示", "text": "共建冷链库。"}
    assert "publish" in offered(zhao.get(address))
    assert "publish" not in offered(secretary.get(address))
    assert secretary.post("/public-notices/", words).status_code == 403
    notice = zhao.post("/public-notices/", words)
    assert notice.status_code == 201, notice.text
    filed = Caller().post("/objections/", {"public_notice": notice.json()["id"], "text": WORDS})
    assert filed.status_code == 201, filed.text

    objection = f"/objections/{Objection.objects.get().pk}/"
    draft = secretary.post(f"{objection}answer/", {"upheld": False, "answer": ANSWER}).json()
    assert draft["state"] == "in_review"
    assert {"confirm", "return"} <= offered(zhao.get(objection))
    assert secretary.post(f"{objection}confirm/", {"drafted_at": draft["drafted_at"]}).status_code == 403
    back = zhao.post(f"{objection}return/", {"reason": "写明日期"})
    assert back.json()["state"] == "received", back.text
    draft = secretary.post(f"{objection}answer/", {"upheld": False, "answer": ANSWER}).json()
    given = zhao.post(f"{objection}confirm/", {"drafted_at": draft["drafted_at"]})
    assert (given.status_code, given.json()["state"]) == (200, "dismissed")

    clock.move_to(NOW + timedelta(days=7))
    zhao, secretary = Caller(area.cast.district_zhao), Caller(area.joint)
    assert zhao.post(f"{address}take-effect/").status_code == 403
    assert secretary.post(f"{address}take-effect/").json()["state"] == "effective"


def offered(answer) -> set[str]:
    return {action["verb"] for action in answer.json()["actions"]}


# --- who --------------------------------------------------------------------------------------------------------------


def test_nobody_else_publishes_takes_down_or_reviews(area, foreign):
    """The townships whose villages are in it, the area's own people and its neighbour's. Control: 区委组织部 does."""
    officer = somebody("罗敏", "luomin", area.body, Role.AREA_OFFICER)
    reads = (area.cast.cadre_chen, area.joint, officer, area.deputy, area.cast.secretary_li)
    sees_nothing = (area.cast.secretary_sun, foreign, area.cast.outsider)
    resolution = area.formed()
    for person, refusal in [*((each, Forbidden) for each in reads), *((each, Hidden) for each in sees_nothing)]:
        with pytest.raises(refusal):
            publish(person, resolution)
    notice = publish(area.cast.district_zhao, resolution)
    draft = area.drafted(notices.file_objection(actor=VISITOR, notice=notice, text=WORDS, now=NOW))
    for person, refusal in [*((each, Forbidden) for each in reads), *((each, Hidden) for each in sees_nothing)]:
        for act in (
            lambda: notices.confirm_answer(actor=person, objection=draft, drafted_at=NOW, now=NOW),  # noqa: B023
            lambda: notices.return_answer(actor=person, objection=draft, reason="改", now=NOW),  # noqa: B023
            lambda: notices.take_down_notice(actor=person, notice=notice, reason="改", now=NOW),  # noqa: B023
        ):
            with pytest.raises(refusal):
                act()
    given = notices.confirm_answer(actor=area.cast.district_zhao, objection=draft, drafted_at=NOW, now=NOW)
    assert given.state == "dismissed"


def test_the_organization_department_gains_nothing_below(room):
    """Of 天马, led by a township, it publishes and reviews nothing."""
    with pytest.raises(Forbidden):
        publish(room.cast.district_zhao, formed(room))


def test_whoever_drafted_does_not_review_although_an_officer_too(area):
    """Control: a colleague of the department does."""
    PostingFactory(person=area.joint, organization=area.cast.district, role=Role.ORGANIZATION_OFFICER)
    both = Person.objects.get(pk=area.joint.pk)
    draft = area.drafted(area.objected())
    with pytest.raises(Forbidden, match="另一位组织部干部", check=lambda e: e.code == "own_answer"):
        notices.confirm_answer(actor=both, objection=draft, drafted_at=NOW, now=NOW)
    assert REVIEW not in kinds(both)
    assert "由另一位组织部干部审核" in browser(both).get(reverse("objection-review", args=[draft.pk])).text
    assert notices.confirm_answer(actor=area.cast.district_zhao, objection=draft, drafted_at=NOW, now=NOW).reviewed_by


def test_the_list_and_the_single_row_agree_for_everybody(area, foreign):
    """``where_held`` is the twin of ``allows``, at every organization of the case."""
    rows = list(Organization.objects.order_by("path"))
    for person in (*(area.cast[who] for who in CAST), area.joint, foreign):
        for verb in ("notice.publish", "objection.review", "objection.answer"):
            held = Organization.objects.filter(policies.where_held(person, verb, path="path", body="pk"))
            assert {*held} == {row for row in rows if policies.allows(person, verb, row)}, (person, verb)
    zhao = policies.where_held(area.cast.district_zhao, "notice.publish", path="path", body="pk")
    bodies = Organization.objects.filter(zhao, kind__in=[OrganizationKind.JOINT_ORG, OrganizationKind.AREA_COMMITTEE])
    assert {*bodies} == {area.body, foreign.organization}


def test_the_role_that_the_screens_name_is_the_one_that_may(cast):
    """For each kind of body, at the organization above it."""
    for body in (cast.area, cast.tianma.organization):
        person = somebody("某干部", body.kind, body.parent, rules.reviewing_role(body.kind))
        for verb in ("notice.publish", "objection.review"):
            assert policies.allows(person, verb, body)


# --- what waits, and who is told --------------------------------------------------------------------------------------


def test_it_waits_for_the_organization_department(area, foreign):
    """Each step on one workbench. Control: nothing of it on the township's."""
    zhao, chen = area.cast.district_zhao, area.cast.cadre_chen
    resolution = area.formed()
    assert kinds(zhao) == ["公示"]
    notice = publish(zhao, resolution)
    objection = notices.file_objection(actor=VISITOR, notice=notice, text=WORDS, now=NOW)
    assert (kinds(zhao), kinds(area.joint).count("答复异议")) == ([], 1)
    draft = area.drafted(objection)
    (todo,) = selectors.todos(person=zhao, on=NOW.date())
    assert (todo.kind, todo.href) == (REVIEW, reverse("objection-review", args=[draft.pk]))
    assert not {"公示", REVIEW} & {*kinds(chen), *kinds(foreign)}
    told = due.told_to_reviewers(facts.trail(resolution).get(event="deliberation.objection.drafted"))
    assert told.people == {zhao.pk}


def test_reminders_reach_the_reviewer_and_then_the_district_committee(area, monkeypatch):
    """Whom it is escalated to reads no objection: what they are told opens the resolution."""
    only(monkeypatch, "deliberation.objection_review")
    lin = somebody("林静", "lin", area.cast.district, Role.DISTRICT_VIEWER)
    draft = area.drafted(area.objected())
    for days in (9, 14, 15, 21):  # due on 8 December, escalated on the 15th
        run(NOW + timedelta(days=days))
    told = [
        (row.recipient, row.note, row.page, row.key)
        for row in Notification.objects.filter(kind="reminder").order_by("told_at")
    ]
    zhao, step = area.cast.district_zhao, ("objection-review", draft.pk)
    assert told == [
        *((zhao, note, *step) for note in ("还有3个工作日到期", "今天到期", "已超期")),
        (lin, "超期多日，请督促", "resolution", draft.notice.resolution_id),
    ]
    opened = browser(lin).post(
        reverse("notification-open", args=[Notification.objects.get(recipient=lin).pk]),
        {"form_key": str(new_id())},
        follow=True,
    )
    assert opened.status_code == 200
    assert draft.notice.resolution.title in opened.text
    assert ANSWER not in opened.text
    assert browser(lin).get(reverse("objection-review", args=[draft.pk])).status_code == 404


def test_a_late_draft_of_the_area_goes_up_to_the_organization_department(area, monkeypatch):
    only(monkeypatch, "deliberation.objection")
    area.objected()
    run(NOW + timedelta(days=21))
    notes = [*Notification.objects.filter(recipient=area.cast.district_zhao).values_list("note", "page")]
    assert notes == [("超期多日，请督促", "resolution")]


# --- the admin --------------------------------------------------------------------------------------------------------


def test_the_department_finds_and_takes_the_steps_in_the_admin(area):
    zhao = browser(area.cast.district_zhao)
    draft = area.drafted(area.objected())
    assert WORDS in zhao.get("/admin/deliberation/objection/?state=in_review").text
    one = f"/admin/deliberation/objection/{draft.pk}/"
    assert f"{one}do/confirm/" in zhao.get(f"{one}change/").text
    form = {"form_key": str(new_id()), "drafted_at": NOW.isoformat()}
    assert zhao.post(f"{one}do/confirm/", form).status_code == 302
    assert Objection.objects.get().reviewed_by == area.cast.district_zhao
