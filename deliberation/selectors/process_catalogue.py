"""口径 of 过程质量: what every figure of a year counts and every flag means. One place for every door."""

from dataclasses import dataclass

from deliberation.choices import ProcessFlag, ProcessMetric


@dataclass(frozen=True)
class ProcessDefinition:
    """One published definition; a change of meaning is a new version. ``parts``: what can be opened, by its name."""

    key: ProcessMetric
    version: str
    says: str
    numerator: str
    denominator: str
    period: str
    rule: str
    parts: dict[str, str]


@dataclass(frozen=True)
class FlagDefinition:
    """One flag with its rule. ``of``: which meetings are looked at."""

    key: ProcessFlag
    version: str
    says: str
    rule: str
    of: str


_MEETINGS = "已散会、计入本年度四个季度的会议。"
METRICS: dict[str, ProcessDefinition] = {
    each.key: each
    for each in (
        ProcessDefinition(
            ProcessMetric.NOTICE_LEAD,
            "1.0",
            "会议通知发出到开会隔几个工作日：通知当天不算，开会当天算。",
            "提前的工作日不少于规定天数（参数“例会提前通知”，按发通知那天施行的值）的会议数。",
            "散会的会议数，临时会议也在内。",
            _MEETINGS,
            "F-22",
            {"hit": "提前够天数", "total": "散会的会议"},
        ),
        ProcessDefinition(
            ProcessMetric.MATERIAL_LEAD,
            "1.0",
            "会议材料发到成员单位手上到开会隔几个工作日。",
            "提前的工作日不少于规定天数发出材料的会议数。",
            "散会的会议数。",
            _MEETINGS,
            "F-22",
            {},
        ),
        ProcessDefinition(
            ProcessMetric.LATE_ITEMS,
            "1.0",
            "确定议题以后才加进会议的议题。三重一大不能后加，系统不让加。",
            "标明“议题确定后增加”的会议议题数。",
            "会议议题数，通报、传达学习和顺延的也在内。",
            _MEETINGS,
            "F-22",
            {"hit": "后加的议题", "total": "全部会议议题"},
        ),
        ProcessDefinition(
            ProcessMetric.UNITS_HEARD,
            "1.0",
            "到会的成员单位有没有发言记录，一个单位到一次会算一次。只给本组织看，不打分、不排名、不进考核。",
            "其中在那次会上有发言记录的单位次数。",
            "派人到会（出席）的成员单位次数；班子代表组织本身的不计。",
            _MEETINGS,
            "F-24",
            {"hit": "发过言的单位次数", "total": "到会的单位次数"},
        ),
        ProcessDefinition(
            ProcessMetric.PROPOSERS,
            "1.0",
            "议题是不是老由一两家提。各家提得一样多时等于单位数，一家包办时等于1（逆辛普森指数，按整数算成分数，"
            "显示时四舍五入到一位小数）。",
            "议题总数的平方。",
            "各单位议题数的平方之和。",
            "提交日期在本年度的议题；草稿和撤回的不计。",
            "F-21",
            {"hit": "提过议题的单位", "total": "提交的议题"},
        ),
        ProcessDefinition(
            ProcessMetric.DISSENT,
            "1.0",
            "表决时有不同意见的比例。全票一致不是成绩，有反对也不是毛病。",
            "其中赞成、反对、弃权不止一种的表决数。",
            "已结束、计出票数的表决数；作废的和一票也没有的不计。",
            _MEETINGS,
            "F-23",
            {"hit": "不是一致的表决", "total": "计出票数的表决"},
        ),
        ProcessDefinition(
            ProcessMetric.AMENDED,
            "1.0",
            "提交以后、表决以前改过文字的议题。",
            "其中文字在提交以后改过的议题数。",
            "表决了的议题数。",
            "表决日期在本年度的议题。",
            "F-21",
            {},
        ),
        ProcessDefinition(
            ProcessMetric.DECISION_TIME,
            "1.0",
            "从提交到表决隔多少天（自然日，退回后重新提交的从最后一次提交算起）。取中位数。",
            "天数从小到大排在正中的一件；件数是双数时，正中两件之和。",
            "1；件数是双数时为2。",
            "表决日期在本年度的议题，通过和没有通过的都算。",
            "F-21",
            {"total": "表决了的议题"},
        ),
        ProcessDefinition(
            ProcessMetric.TASKS,
            "1.0",
            "决议任务按时限办结的比例，与看板同一口径。没到期的不算成绩，也不算欠账。",
            "办结不晚于时限的任务数。",
            "已到期或已办结的任务数；等外部答复、决议已终止的不计。",
            "时限在本年度的任务。",
            "F-28",
            {"hit": "按期办结", "total": "已到期或已办结"},
        ),
        ProcessDefinition(
            ProcessMetric.OBJECTIONS,
            "1.0",
            "公示期内收到的异议按答复期限答复的比例，与看板同一口径。",
            "答复不晚于期限的异议数。",
            "已到期或已答复的异议数。",
            "答复期限在本年度的异议。",
            "F-28",
            {"hit": "按期答复", "total": "已到期或已答复"},
        ),
        ProcessDefinition(
            ProcessMetric.FORMS,
            "1.0",
            "九种议事形式里用过几种。事情小就用小的形式，用得多不等于好。",
            "开过会的形式数。",
            "九种议事形式。",
            _MEETINGS,
            "议事形式",
            {"hit": "用过的形式", "total": "九种形式"},
        ),
    )
}
# Why there is nothing to count at all, whatever was done.
NOT_KEPT: dict[str, str] = {
    ProcessMetric.MATERIAL_LEAD: "系统还不登记材料什么时候发出，没有数可算。",
    ProcessMetric.AMENDED: "议题提交以后文字不能改，会上的修正意见还没有登记，没有数可算。",
}
NOTHING: dict[str, str] = {
    ProcessMetric.NOTICE_LEAD: "本年度没有散会的会议。",
    ProcessMetric.LATE_ITEMS: "本年度的会议没有议题。",
    ProcessMetric.UNITS_HEARD: "本年度没有成员单位到会的记录。",
    ProcessMetric.PROPOSERS: "本年度没有提交议题。",
    ProcessMetric.DISSENT: "本年度没有计出票数的表决。",
    ProcessMetric.DECISION_TIME: "本年度没有表决议题。",
    ProcessMetric.TASKS: "本年度没有到期或办结的任务。",
    ProcessMetric.OBJECTIONS: "本年度没有到期或答复的异议。",
    ProcessMetric.FORMS: "本年度没有散会的会议。",
}
FLAGS: dict[str, FlagDefinition] = {
    each.key: each
    for each in (
        FlagDefinition(
            ProcessFlag.RITUAL,
            "1.0",
            "会上有表决，但表决的议题都没有发言记录，会议记录里也没有写内容。",
            "F-24",
            "有表决的会议",
        ),
        FlagDefinition(
            ProcessFlag.SHORT_NOTICE,
            "1.0",
            "会议通知提前的工作日少于规定天数（参数“例会提前通知”）；写明原因的临时会议也列出。",
            "F-22",
            "散会的会议",
        ),
        FlagDefinition(
            ProcessFlag.BRIEFING_AS_DELIBERATION,
            "1.0",
            "会上审议的全是通报，没有协商，也没有表决。",
            "F-20",
            "散会的会议",
        ),
        FlagDefinition(
            ProcessFlag.REPEATED,
            "1.0",
            "会上的议题与前两次会议上另一件议题类别相同、题目相近（三元组相似度不低于参数“题目相近”）；"
            "同一件议题顺延再议的不算。",
            "F-26",
            "审议了议题的会议",
        ),
    )
}
