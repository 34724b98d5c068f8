"""The report's figure for 三江镇: 群众诉求 521 件收集, 321 件化解, brought by its villages without anybody's name.

Told through the services like everything else, over the last eighty days; the texts are invented.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from lianCun.demo import sanjiang as story
from orgs import selectors as orgs
from orgs.choices import Role
from orgs.models import Organization, Person
from resources.services import demands

COLLECTED, RESOLVED = 521, 321
# One of them stands in the quarter's own story.
TOLD_HERE = COLLECTED - 1
# Of the others most wait for somebody outside; the last ones are new, or just taken up.
NEW, TAKEN_UP = 3, 5
DAYS = 80

# (category, what, told in full, how it was resolved)
_MATTERS = (
    ("water", "人饮管道漏水", "管道接头漏水，高处几户早晚接不上水。", "村管水员换了接头，水压恢复。"),
    ("land", "机耕道塌方", "雨后机耕道塌了一段，农机进不去。", "村里组织机械清理，路面已通。"),
    ("water", "蓄水池渗漏", "蓄水池底部渗漏，浇不上下面的地。", "已补做防渗，蓄水正常。"),
    ("equipment", "提灌站电机损坏", "提灌站电机烧了，秋灌用不上。", "换了电机，试水正常。"),
    ("housing", "活动室屋顶漏雨", "活动室屋顶漏雨，开会要挪地方。", "屋顶已翻修。"),
    ("ecology", "垃圾清运不及时", "集中点的垃圾几天没有运走，有气味。", "与保洁公司商定隔天清运。"),
    ("information", "通知群收不到消息", "几户外出的没有进群，通知收不到。", "网格员逐户补加，另贴纸质通知。"),
    ("technology", "羊肚菌出菇少", "今年出菇比去年少，想请人看看。", "农技员到场指导，调整了湿度。"),
    ("market", "柑橘销路", "柑橘快熟了，还没有人来收。", "联村党组织联系公司保底收购。"),
    ("talent", "想学无人机植保", "有几户想学无人机植保，没有地方报名。", "报了区里的培训班。"),
    ("culture", "坝坝舞扰民", "晚上音响声音大，影响老人休息。", "商定九点收场，音响调低。"),
    ("organization", "邻里用水先后有争议", "两个院子轮灌的先后说不拢。", "村干部上门调解，写了轮灌表。"),
    ("funds", "互助金申请不清楚", "不知道互助金怎么申请、要什么材料。", "办了一次说明会，材料单贴在公开栏。"),
)
_WAITS = {
    "water": "等区水利局答复",
    "land": "等区交通运输局答复",
    "equipment": "等供电所答复",
    "housing": "等区住建局答复",
    "ecology": "等保洁公司答复",
    "information": "等区融媒体中心答复",
    "talent": "等区人社局答复",
    "culture": "等区文旅局答复",
    "funds": "等区财政局答复",
}
_WAITS_ELSE = "等区农业农村局答复"
_GROUPS = ("一社", "二社", "三社", "四社", "五社", "六社")


class Requests:
    """Tells the requests of the villages of 三江镇 to the joint organizations they belong to."""

    def __init__(self, now: datetime):
        self.now = now
        people = {person.username: person for person in Person.objects.exclude(username=None)}
        self.cadre = people["chenli"]
        villages = {name for name, _ in story.TOWNSHIPS[0].villages}
        secretaries = {
            organization: people[somebody.login]
            for somebody in story.PEOPLE
            for role, organization, _, _ in somebody.posts
            if role == Role.UNIT_SECRETARY and organization in villages
        }
        units = Organization.objects.filter(name__in=secretaries, state="active").values_list("pk", flat=True)
        self.places = [(unit, body, secretaries[unit.name]) for unit, body in orgs.joint_orgs_of(list(units))]

    def tell(self) -> None:
        for number in range(TOLD_HERE):
            at = self.now - timedelta(days=DAYS) * (TOLD_HERE - number) / TOLD_HERE
            in_hours = timezone.localtime(at).replace(hour=8 + number % 9)
            self._request(number, min(in_hours, self.now))

    def _request(self, number: int, at: datetime) -> None:
        unit, body, secretary = self.places[number % len(self.places)]
        category, what, text, resolved = _MATTERS[number % len(_MATTERS)]
        group = _GROUPS[number // len(_MATTERS) % len(_GROUPS)]
        row = demands.hand_in_demand(
            actor=secretary,
            unit=unit,
            body=body,
            kind="villager_request",
            category=category,
            title=f"{group}{what}",
            text=f"{group}群众反映：{text}",
            now=at,
        )
        if number >= TOLD_HERE - NEW:
            return
        demands.accept_demand(actor=self.cadre, demand=row, now=min(at + timedelta(hours=2), self.now))
        if number >= TOLD_HERE - NEW - TAKEN_UP:
            return
        if self._is_resolved(number):
            demands.close_demand(
                actor=self.cadre, demand=row, reason=f"已化解：{resolved}", now=min(at + timedelta(days=4), self.now)
            )
        else:
            reason = _WAITS.get(category, _WAITS_ELSE)
            demands.wait_demand(actor=self.cadre, demand=row, reason=reason, now=min(at + timedelta(hours=5), self.now))

    @staticmethod
    def _is_resolved(number: int) -> bool:
        """Spread evenly, exactly RESOLVED among those that are no longer new."""
        treated = TOLD_HERE - NEW - TAKEN_UP
        return (number + 1) * RESOLVED // treated > number * RESOLVED // treated
