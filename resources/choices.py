"""The closed lists of 资源整合. Values are identifiers, labels are what the screen shows."""

from django.db.models import TextChoices


class Category(TextChoices):
    """资源与需求类别: one list for both, so that they can be matched."""

    ORGANIZATION = "organization", "组织"
    TALENT = "talent", "人才"
    LAND = "land", "土地"
    WATER = "water", "水利"
    HOUSING = "housing", "房屋"
    EQUIPMENT = "equipment", "设备"
    FUNDS = "funds", "资金"
    TECHNOLOGY = "technology", "技术"
    INFORMATION = "information", "信息"
    CULTURE = "culture", "文化"
    ECOLOGY = "ecology", "生态"
    MARKET = "market", "市场"


class DemandKind(TextChoices):
    UNIT = "unit", "单位需求"
    VILLAGER_REQUEST = "villager_request", "群众诉求"


class DemandState(TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待受理"
    RETURNED = "returned", "待补正"
    ACCEPTED = "accepted", "已受理"
    WAITING = "waiting", "等外部答复"
    VERIFIED = "verified", "已核实"
    SETTLING = "settling", "待双方确认"
    SETTLED = "settled", "简易事项已商定"
    TABLED = "tabled", "已提为议题"
    DECIDED = "decided", "已议定"
    IN_PROGRESS = "in_progress", "正在落实"
    FULFILLED = "fulfilled", "已落实，待确认"
    CONFIRMED = "confirmed", "已确认办结"
    CLOSED = "closed", "已了结"
    WITHDRAWN = "withdrawn", "已撤回"


class LayerLevel(TextChoices):
    """Each level adds a layer beside the author's words; nothing is overwritten (F-10)."""

    CHECK = "check", "初核"
    INTEGRATION = "integration", "整合"
