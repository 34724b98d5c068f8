"""What the acts on demands ask for."""

from typing import cast

from django import forms
from django.utils import timezone

from kit.admin import ActForm, Choice, Number, OneOf, ServiceForm, Text, Words
from orgs import selectors as orgs
from resources import selectors
from resources.choices import Category, LayerLevel

MOST = 100_000_000


def place_key(unit, body) -> str:
    return f"{unit.pk}:{body.pk}"


class WordsForm(ServiceForm):
    """What a demand says."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "quantity_unit" in self.fields:
            self.fields["quantity_unit"].label = "数量单位"
        hints = {
            "title": "一句话说清，例如“烘干房漏雨需要修缮”。",
            "text": "写事不写人。群众诉求不写姓名、电话。",
            "quantity_unit": "例如：亩、台、座。",
            "needed_by_on": "没有期限可不填。",
        }
        for field, words in hints.items():
            if field in self.fields:
                self.fields[field].help_text = words


class DemandForm(WordsForm):
    """A demand as its unit writes it; a clerk's is marked 代填 by the service."""

    membership = Choice(label="单位和联村党组织", help_text="以哪个单位的名义、报给哪个联村党组织。")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        places = selectors.writable(self.request.user)
        cast(forms.ChoiceField, self.fields["membership"]).choices = [
            ("", "请选择"),
            *((place_key(unit, body), f"{unit.name} · {body.name}") for unit, body in places),
        ]


class WayForwardForm(ActForm):
    way_forward = Words(
        label="怎么办的意见",
        rows=4,
        max_length=500,
        help_text="填报单位会看到，例如“建议提请联席会议”或“可与龙门村商量借用”。",
    )


class LayerForm(ActForm):
    """A level's words; what the author said stands in the fields to begin with."""

    level = Choice(label="层级", choices=LayerLevel.choices)
    category = Choice(label="类别", choices=Category.choices)
    text = Words(label="加注内容", max_length=2000)
    quantity = Number(label="数量", required=False, min_value=1, max_value=MOST)
    quantity_unit = Text(label="数量单位", required=False, max_length=10)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("category", "quantity", "quantity_unit"):
            self.fields[name].initial = getattr(self.row, name)
        self.fields["text"].help_text = f"写在原话旁边，不改原话。原话：{self.row.text}"


def _partners(person, row):
    units = orgs.units_of(row.body, on=timezone.localdate())
    return [(unit, unit.name) for unit in units if unit.pk != row.unit_id]


class SettlementForm(ActForm):
    partner = OneOf(rows=_partners, label="对方单位")
    terms = Words(label="商定内容", max_length=1000, help_text="谁给谁什么、到什么时候、归谁所有不变。")


class TableForm(ActForm):
    title = Text(label="议题", required=False, max_length=60)
    text = Words(label="内容", required=False, max_length=4000, help_text="不改就用需求的原话。")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text = f"不填就写“关于{self.row}的议题”。"
