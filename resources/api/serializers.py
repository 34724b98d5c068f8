"""How demands and what was added to them look from outside, and what their verbs accept."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from kit.api import fields
from kit.api import representation as show
from kit.api.fields import Body
from kit.api.representation import PREFIX, Representation, Row
from kit.holidays import working_days
from kit.lights import Light
from kit.scoping import Place
from orgs import selectors as orgs
from resources import choices, rules, selectors

_LARGEST_QUANTITY = 100_000_000


def _wording(row: Row, prefix: str = "") -> rules.Wording:
    return rules.Wording(row[f"{prefix}category"], row[f"{prefix}quantity"], row[f"{prefix}quantity_unit"])


# --- demands ----------------------------------------------------------------------------------------------------------


class LayerInDemand(serializers.Serializer):
    """What a level added beside the author's words."""

    id = serializers.UUIDField(label="编号")
    level = serializers.ChoiceField(choices=choices.LayerLevel.choices, label="层级")
    level_label = serializers.CharField(label="层级（中文）")
    category = serializers.ChoiceField(choices=choices.Category.choices, label="类别")
    category_label = serializers.CharField(label="类别（中文）")
    text = serializers.CharField(label="加注内容")
    quantity = serializers.IntegerField(label="数量", allow_null=True)
    quantity_unit = serializers.CharField(label="数量单位", allow_blank=True)
    author = serializers.CharField(label="加注人")
    added_at = serializers.DateTimeField(label="加注时间")
    differs = serializers.BooleanField(label="类别或数量与原话不同")
    consented_at = serializers.DateTimeField(label="单位同意改动的时间", allow_null=True)
    href = serializers.CharField(label="地址")


def _instant(text: str | None) -> str | None:
    return None if text is None else timezone.localtime(datetime.fromisoformat(text)).isoformat()


def _layers(row: Row, caller: Any) -> list[Row]:
    own = _wording(row)
    return [
        layer
        | {
            "level_label": choices.LayerLevel(layer["level"]).label,
            "category_label": choices.Category(layer["category"]).label,
            "added_at": _instant(layer["added_at"]),
            "differs": rules.differs(own, _wording(layer)),
            "consented_at": _instant(layer["consented_at"]),
            "href": f"{PREFIX}/demand-layers/{layer['id']}/",
        }
        for layer in row["shown_layers"]
    ]


def _settlement(row: Row, caller: Any) -> Row | None:
    partner = row["settlement__partner_id"]
    if partner is None:
        return None
    agreed_at = row["settlement__agreed_at"]
    return {
        "partner": {
            "id": str(partner),
            "name": row["settlement__partner__name"],
            "href": f"{PREFIX}/organizations/{partner}/",
        },
        "terms": row["settlement__terms"],
        "offered_at": timezone.localtime(row["settlement__offered_at"]).isoformat(),
        "agreed_at": None if agreed_at is None else timezone.localtime(agreed_at).isoformat(),
    }


class SettlementInDemand(serializers.Serializer):
    """简易办理: what two units settle between themselves."""

    partner = show.Neighbour(label="对方单位")
    terms = serializers.CharField(label="商定内容")
    offered_at = serializers.DateTimeField(label="提出时间")
    agreed_at = serializers.DateTimeField(label="商定时间", allow_null=True)


def _light(row: Row, caller: Any) -> Light | None:
    """Rows with the same state and dates have the same light; counting working days is the dear part of a row."""
    state, accept_by_on, answer_by_on = dated = row["state"], row["accept_by_on"], row["answer_by_on"]
    if dated not in caller.known:
        caller.known[dated] = rules.demand_light(
            state, accept_by_on=accept_by_on, answer_by_on=answer_by_on, on=caller.today, calendar=working_days()
        )
    return caller.known[dated]


def _light_word(row: Row, caller: Any) -> str:
    found = _light(row, caller)
    return found.word if found else ""


def _held_until(row: Row, caller: Any) -> str | None:
    until = selectors.held_until(row["state"], accept_by_on=row["accept_by_on"], answer_by_on=row["answer_by_on"])
    return until.isoformat() if until else None


class DemandShown(Representation):
    """需求"""

    resource, title = "demands", "需求"
    subject = "resources.demand"
    reads = ("unit__path", "settlement__partner__path", "motion_id")

    id = show.Id("编号")
    title_ = show.Text("需要什么")
    kind = show.Choice("来源", choices.DemandKind)
    state = show.State("demand")
    category = show.Choice("类别", choices.Category)
    text = show.Text("具体情况（原话）")
    quantity = show.Integer("数量", null=True)
    quantity_unit = show.Text("数量单位")
    needed_by_on = show.Day("希望办到", null=True)
    unit = show.Ref("单位", "organizations", "unit_id", "unit__name")
    body = show.Ref("联村党组织", "organizations", "body_id", "body__name")
    author = show.Ref("填报人", "people", "author_id", "author__name")
    is_filled_in = show.Flag("代填")
    held_by = show.Computed(
        "在谁手里",
        lambda row, caller: selectors.held_by(row["state"]),
        serializers.CharField(label="在谁手里", read_only=True, allow_blank=True),
        columns=("state",),
    )
    held_until = show.Computed(
        "办到哪天",
        _held_until,
        serializers.DateField(label="办到哪天", read_only=True, allow_null=True),
        columns=("state", "accept_by_on", "answer_by_on"),
    )
    light_word = show.Computed(
        "灯的说明",
        _light_word,
        serializers.CharField(label="灯的说明", read_only=True, allow_blank=True),
        columns=("state", "accept_by_on", "answer_by_on"),
    )
    reason = show.Text("理由或意见")
    objection = show.Text("对初核的异议")
    created_at = show.Instant("起草时间")
    submitted_at = show.Instant("提交时间", null=True)
    accepted_at = show.Instant("受理时间", null=True)
    answered_at = show.Instant("答复时间", null=True)
    escalated_at = show.Instant("转上级时间", null=True)
    layers = show.Computed(
        "加注",
        _layers,
        LayerInDemand(many=True, label="加注", read_only=True),
        columns=("shown_layers",),
        register=False,
    )
    settlement = show.Computed(
        "简易办理",
        _settlement,
        SettlementInDemand(label="简易办理", read_only=True, allow_null=True),
        columns=(
            "settlement__partner_id",
            "settlement__partner__name",
            "settlement__terms",
            "settlement__offered_at",
            "settlement__agreed_at",
        ),
        register=False,
    )

    @staticmethod
    def place(row: Row) -> Place:
        return Place(row["unit__path"], row["body_id"])

    @staticmethod
    def light(row: Row, caller: Any) -> str | None:
        found = _light(row, caller)
        return found.colour if found else None

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        key = row["id"]
        found = {
            "unit": f"{PREFIX}/organizations/{row['unit_id']}/",
            "body": f"{PREFIX}/organizations/{row['body_id']}/",
            "layers": f"{PREFIX}/demand-layers/?demand={key}",
            "timeline": f"{PREFIX}/timeline/?subject=resources.demand:{key}",
            "trace": f"{PREFIX}/trace/?subject=resources.demand:{key}",
        }
        if row["motion_id"]:
            found["motion"] = f"{PREFIX}/motions/{row['motion_id']}/"
        return found


class DemandBody(Body):
    unit = fields.Visible(orgs.organizations, label="单位")
    body = fields.Visible(orgs.organizations, label="联村党组织")
    kind = fields.Choice(choices.DemandKind, label="来源", default=choices.DemandKind.UNIT.value)
    category = fields.Choice(choices.Category, label="类别")
    title = fields.Text(max_length=60, label="需要什么")
    text = fields.Text(max_length=2000, label="具体情况")
    quantity = fields.Integer(min_value=0, max_value=_LARGEST_QUANTITY, label="数量", allow_null=True, default=None)
    quantity_unit = fields.Text(max_length=10, label="数量单位", allow_blank=True, default="")
    needed_by_on = fields.Day(label="希望办到", allow_null=True, default=None)


class DemandChangeBody(Body):
    category = fields.Choice(choices.Category, label="类别", required=False)
    title = fields.Text(max_length=60, label="需要什么", required=False)
    text = fields.Text(max_length=2000, label="具体情况", required=False)
    quantity = fields.Integer(min_value=0, max_value=_LARGEST_QUANTITY, label="数量", allow_null=True, required=False)
    quantity_unit = fields.Text(max_length=10, label="数量单位", allow_blank=True, required=False)
    needed_by_on = fields.Day(label="希望办到", allow_null=True, required=False)


class DemandReasonBody(Body):
    reason = fields.reason("理由")


class WayForwardBody(Body):
    way_forward = fields.Text(max_length=500, label="怎么办的意见")


class SettlementBody(Body):
    partner = fields.Visible(orgs.organizations, label="对方单位")
    terms = fields.Text(max_length=1000, label="商定内容")


class TableBody(Body):
    title = fields.Text(max_length=60, label="议题", allow_blank=True, default="")
    text = fields.Text(max_length=4000, label="议题内容", allow_blank=True, default="")


class LayerBody(Body):
    level = fields.Choice(choices.LayerLevel, label="层级")
    category = fields.Choice(choices.Category, label="类别")
    text = fields.Text(max_length=2000, label="加注内容")
    quantity = fields.Integer(min_value=0, max_value=_LARGEST_QUANTITY, label="数量", allow_null=True, default=None)
    quantity_unit = fields.Text(max_length=10, label="数量单位", allow_blank=True, default="")


# --- layers -----------------------------------------------------------------------------------------------------------


def layer_differs(row: Row) -> bool:
    return rules.differs(_wording(row, "demand__"), _wording(row))


class DemandLayerShown(Representation):
    """需求加注"""

    resource, title = "demand-layers", "需求加注"
    reads = (
        "demand__unit__path",
        "demand__body_id",
        "demand__category",
        "demand__quantity",
        "demand__quantity_unit",
    )

    id = show.Id("编号")
    demand = show.Ref("需求", "demands", "demand_id", "demand__title")
    level = show.Choice("层级", choices.LayerLevel)
    category = show.Choice("类别", choices.Category)
    text = show.Text("加注内容")
    quantity = show.Integer("数量", null=True)
    quantity_unit = show.Text("数量单位")
    author = show.Ref("加注人", "people", "author_id", "author__name")
    added_at = show.Instant("加注时间")
    differs = show.Computed(
        "与原话不同",
        lambda row, caller: layer_differs(row),
        serializers.BooleanField(label="类别或数量与原话不同", read_only=True),
        columns=("category", "quantity", "quantity_unit"),
    )
    consented_at = show.Instant("单位同意改动的时间", "consent__given_at", null=True)

    @staticmethod
    def place(row: Row) -> Place:
        return Place(row["demand__unit__path"], row["demand__body_id"])

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        return {"demand": f"{PREFIX}/demands/{row['demand_id']}/"}
