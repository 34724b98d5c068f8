"""The demo tells the standing case: real codes, walls between townships, one working login per role."""

import re

from django.core.management import call_command
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from kit import facts, todos
from kit.scoping import standing_of
from lianCun.demo import load
from lianCun.demo import sanjiang as story
from orgs import selectors
from orgs.choices import Role
from orgs.models import JointOrg, Organization, Person, Posting
from oversight.models import Notification

NOW = timezone.now()


def test_the_case_is_loaded_once(demo):
    before = Organization.objects.count(), Person.objects.count(), Posting.objects.count()
    assert not load.load(now=NOW)
    assert (Organization.objects.count(), Person.objects.count(), Posting.objects.count()) == before


def test_three_joint_organizations_of_sanjiang_and_one_beyond_the_wall(demo):
    names = set(JointOrg.objects.values_list("organization__name", flat=True))
    assert names == {story.TIANMA, story.LONGMEN, story.SANJIANG_WATER, story.YANGFAN}
    li, sun = (Person.objects.get(username=login) for login in ("lishun", "sunchanghe"))
    assert [j.organization.name for j in selectors.joint_orgs(li)] == [story.LONGMEN]
    assert [j.organization.name for j in selectors.joint_orgs(sun)] == [story.YANGFAN]


def test_every_shown_login_works_and_every_role_is_shown(demo):
    roles = set()
    for login in story.SHOWN:
        person = Person.objects.get(username=login)
        assert person.check_password(story.PASSWORD)
        assert not person.must_change_password
        roles |= {post.role for post in standing_of(person).posts}
    missing = set(Role) - roles - {Role.TREASURER, Role.BOOKKEEPER, Role.MENTOR, Role.OVERSIGHT_MEMBER}
    assert not missing


def test_phones_are_invented_and_everything_has_its_trail(demo):
    assert all(re.fullmatch(r"139\d{4}0000", phone) for phone in Person.objects.values_list("work_phone", flat=True))
    assert facts.trail(JointOrg.objects.first()).exists()


def test_the_public_sees_two_notices_that_run_and_one_that_ended_and_the_cadre_a_complaint(demo, client):
    board = client.get(reverse("public-board")).text
    assert board.index("正在公示") < board.index("明月村导览步道修缮") < board.index("已经结束") < board.index("提灌站")
    address = re.search(r'href="(/public/notices/[^"]+)">关于维修龙门河提灌站', board)[1]
    assert "收到异议 1 件，均已答复，决议已生效" in client.get(address).text
    assert board.index("片区冷链运输线共用") < board.index("已经结束")
    waiting = {
        login: [each.kind for each in todos.waiting_for(Person.objects.get(username=login), on=timezone.localdate())]
        for login in ("chenli", "zhaoqiming")
    }
    assert "答复投诉建议" in waiting["chenli"]
    assert all("审核异议答复" in kinds for kinds in waiting.values())


def test_a_resolution_waits_for_the_village_of_li_shun(demo):
    person = Person.objects.get(username="lishun")
    (todo,) = (each for each in todos.waiting_for(person, on=timezone.localdate()) if each.kind == "四议两公开")
    assert (todo.what, todo.note) == ("关于龙门河滩地统一流转的决议", "下一步：党员大会审议")


def test_the_table_of_logins_names_each_role(capsys):
    call_command("demo_logins")
    shown = capsys.readouterr().out
    assert story.PASSWORD in shown
    assert all(login in shown for login in story.SHOWN)


def test_a_notification_waits_for_villages_township_and_area(demo):
    """Reminders, news and a nudge, as the ticker would have told them by now."""
    waiting = dict(Notification.objects.unread().values_list("recipient__username").annotate(count=Count("pk")))
    for login in (
        "wangshoutian",
        "lishun",
        "hexingnong",
        "dengxiaochuan",
        "chenli",
        "hejianguo",
    ):
        assert waiting.get(login), login
    assert set(Notification.objects.values_list("kind", flat=True)) == {"reminder", "fact", "nudge"}
