"""口径: what every figure counts. One place for page, export, API and the register behind a number."""

from dataclasses import dataclass

from oversight.choices import Figure


@dataclass(frozen=True)
class Definition:
    """One published definition; a change of meaning is a new version."""

    figure: Figure
    version: str
    says: str
    numerator: str
    denominator: str
    light: str
    rule: str


CATALOGUE: dict[str, Definition] = {
    each.figure: each
    for each in (
        Definition(
            Figure.MEETINGS,
            "1.0",
            "每个联村党组织、片区联合党委每季度至少召开一次联席会议。",
            "本季度散会、至少审议了一个非通报议题的组织数。",
            "季度末仍在运行的联村党组织和片区联合党委数。",
            "全部召开为达标；季末前进入提醒期仍未召开为预警；季度结束仍未召开为超期。",
            "F-20",
        ),
        Definition(
            Figure.TASKS,
            "1.0",
            "决议任务按时限办结的比例。没到期的不算成绩，也不算欠账。",
            "时限在本季度、办结不晚于时限的任务数。",
            "时限在本季度、已到期或已办结的任务数；等外部答复、决议已终止的不计。",
            "有超期未办为超期；按期率不低于达标线为达标，低于为预警；没有到期任务为缺项。",
            "决议任务",
        ),
        Definition(
            Figure.OBJECTIONS,
            "1.0",
            "公示期内收到的异议，按答复期限答复的比例。",
            "期限在本季度、答复不晚于期限的异议数。",
            "期限在本季度、已到期或已答复的异议数。",
            "有超期未答复为超期；按期率不低于达标线为达标，低于为预警；没有到期异议为缺项。",
            "F-28",
        ),
        Definition(
            Figure.HANDLED,
            "1.0",
            "本季度提交的需求（含群众诉求）中，已经有结果的比例。",
            "其中由填报单位确认办结或说明理由了结的需求数。",
            "本季度提交的需求数；撤回的不计。",
            "有超期未受理、未答复的需求为超期；否则为达标；本季度没有需求为缺项。",
            "F-11",
        ),
        Definition(
            Figure.DEMANDS,
            "1.0",
            "此刻还在办的需求，不分哪个季度提交。草稿不计。",
            "按状态或灯色分的需求数。",
            "已提交、还没有办结、了结或撤回的需求数，含待补正、等外部答复的。",
            "红：过了受理或答复期限；黄：三个工作日内到期；绿：还有三个工作日以上；蓝：待补正或等外部答复。",
            "F-11",
        ),
    )
}
