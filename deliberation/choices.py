"""The closed lists of 议事协调. Values are the identifiers of the glossary, labels are what the screen shows."""

from django.db.models import TextChoices


class MotionClass(TextChoices):
    """议题类别; the four 三重一大 classes need a collective decision (F-25)."""

    ROUTINE = "routine", "日常事项"
    SIMPLE = "simple", "简易事项"
    STUDY = "study", "传达学习"
    DEVELOPMENT_PLAN = "development_plan", "发展规划"
    REQUEST_REPORT = "request_report", "请示报告"
    MAJOR_DECISION = "major_decision", "三重一大·重大决策"
    MAJOR_APPOINTMENT = "major_appointment", "三重一大·重要干部任免建议"
    MAJOR_PROJECT = "major_project", "三重一大·重大项目"
    MAJOR_FUNDS = "major_funds", "三重一大·大额资金"
    SHARING = "sharing", "分配补偿"
    REGULATION = "regulation", "制度"


MAJOR_CLASSES = frozenset(c for c in MotionClass if c.startswith("major_"))
# 请示报告 and 干部建议 never go to the public (F-28).
NEVER_PUBLIC = frozenset({MotionClass.REQUEST_REPORT, MotionClass.MAJOR_APPOINTMENT})


class MotionState(TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待受理"
    ACCEPTED = "accepted", "已受理"
    RETURNED = "returned", "已退回"
    MERGED = "merged", "已合并"
    DEFERRED = "deferred", "缓议"
    SCHEDULED = "scheduled", "已列入会议"
    DISCUSSING = "discussing", "正在审议"
    ADOPTED = "adopted", "已通过"
    REJECTED = "rejected", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"


class MeetingForm(TextChoices):
    """议事形式: the joint conference and eight others."""

    JOINT_CONFERENCE = "joint_conference", "联席会议"
    HEART_TO_HEART = "heart_to_heart", "恳谈会"
    SYMPOSIUM = "symposium", "座谈会"
    REVIEW_MEETING = "review_meeting", "评议会"
    HEARING = "hearing", "听证会"
    COUNTERPART = "counterpart", "对口协商"
    THEMATIC = "thematic", "专题协商"
    MICRO = "micro", "小微协商"
    ONLINE = "online", "网络协商"


class MeetingState(TextChoices):
    PLANNED = "planned", "筹备中"
    AGENDA_FROZEN = "agenda_frozen", "议题已定"
    CONVENED = "convened", "已通知"
    IN_SESSION = "in_session", "正在开会"
    ADJOURNED = "adjourned", "休会"
    ENDED = "ended", "已散会"
    MINUTES_CONFIRMED = "minutes_confirmed", "会议记录已确认"
    ARCHIVED = "archived", "已归档"
    POSTPONED = "postponed", "已延期"
    CANCELLED = "cancelled", "已取消"


# Meetings that took place, however far their minutes are; and those at which nothing can happen any more.
HELD = (MeetingState.ENDED, MeetingState.MINUTES_CONFIRMED, MeetingState.ARCHIVED)
OVER = (*HELD, MeetingState.CANCELLED)


class ItemKind(TextChoices):
    STUDY = "study", "传达学习"
    BRIEFING = "briefing", "通报"
    DISCUSSION = "discussion", "协商"
    VOTE = "vote", "表决"


class ItemState(TextChoices):
    PENDING = "pending", "待审议"
    DISCUSSING = "discussing", "正在审议"
    DISCUSSED = "discussed", "已充分讨论"
    DONE = "done", "已审议"
    DEFERRED = "deferred", "顺延"


class Capacity(TextChoices):
    VOTING = "voting", "出席"
    OBSERVING = "observing", "列席"
    REPLACED = "replaced", "由他人代表"


class Reply(TextChoices):
    NONE = "none", "未回执"
    ATTEND = "attend", "出席"
    LEAVE = "leave", "请假"


class VoteBase(TextChoices):
    """What the threshold is a share of."""

    PRESENT = "present", "到会人数"
    SHOULD_ATTEND = "should_attend", "应到人数"
    ALL_MEMBERS = "all_members", "全体成员"


class Voters(TextChoices):
    """Who votes (F-23): Party-internal matters by person, projects and distribution by unit."""

    PERSONS = "persons", "书记和委员一人一票"
    UNITS = "units", "成员单位一个单位一票"


class VoteMethod(TextChoices):
    VOICE = "voice", "口头表决"
    SHOW_OF_HANDS = "show_of_hands", "举手表决"
    RECORDED = "recorded", "记名投票"
    SECRET = "secret", "无记名投票"


ON_SLIPS = frozenset({VoteMethod.RECORDED, VoteMethod.SECRET})


class VoteChannel(TextChoices):
    """表决渠道: counted by two tellers in the room, cast on one's own phone, or both; each voter has one of them."""

    PAPER = "paper", "现场"
    ONLINE = "online", "线上"
    MIXED = "mixed", "线上和现场"


class PollState(TextChoices):
    PREPARED = "prepared", "待开始"
    OPEN = "open", "正在表决"
    CLOSED = "closed", "表决结束"
    VOID = "void", "已作废"


# Neither over nor void.
RUNNING_POLL = (PollState.PREPARED, PollState.OPEN)


class Choice(TextChoices):
    YES = "yes", "赞成"
    NO = "no", "反对"
    ABSTAIN = "abstain", "弃权"


class PollBoardKind(TextChoices):
    """What stands on the board of a vote (表决板), in this order."""

    SETUP = "setup", "方式和规则"
    ROLL = "roll", "名册"
    OPEN = "open", "开始"
    TALLY = "tally", "计票"
    CLOSE = "close", "结束"
    VOID = "void", "作废"


class Scope(TextChoices):
    """公开范围, approved with the resolution."""

    PUBLIC = "public", "社会公开"
    PARTY = "party", "党内公开"
    MEMBERS = "members", "成员单位公开"
    NONE = "none", "不公开"


class ResolutionState(TextChoices):
    FORMED = "formed", "已形成"
    CONDITIONAL = "conditional", "待村级决议"
    IN_NOTICE = "in_notice", "公示中"
    OBJECTED = "objected", "有异议待答复"
    SENT_BACK = "sent_back", "退回审议"
    EFFECTIVE = "effective", "已生效"
    COMPLETED = "completed", "已办结"
    TERMINATED = "terminated", "已终止"


class ChecklistState(TextChoices):
    """Of the 四议两公开 of one village about one resolution."""

    RUNNING = "running", "村级程序办理中"
    DECIDED = "decided", "村级决议已公开"
    REFUSED = "refused", "村级未通过"
    CLOSED = "closed", "实施结果已公开"
    DROPPED = "dropped", "不再办理"


# The village has decided in favour and published it; nothing of it holds the resolution any more.
DECIDED_CHECKLIST = (ChecklistState.DECIDED, ChecklistState.CLOSED)


class ObjectionState(TextChoices):
    """An answer counts from the review on; until then the objection is open."""

    RECEIVED = "received", "待答复"
    IN_REVIEW = "in_review", "答复正在审核"
    UPHELD = "upheld", "异议成立"
    DISMISSED = "dismissed", "异议不成立"


OPEN_OBJECTION = (ObjectionState.RECEIVED, ObjectionState.IN_REVIEW)


class Proposal(TextChoices):
    """拟处理: what the answer proposes; each value is the move of the objection that the review then makes."""

    UPHOLD = "uphold", "异议成立，退回审议"
    DISMISS = "dismiss", "异议不成立"


class TaskState(TextChoices):
    ASSIGNED = "assigned", "待落实"
    WAITING = "waiting", "等外部答复"
    REPORTED = "reported", "已报完成，待确认"
    ACCEPTED = "accepted", "已办结"
    CONFIRMED = "confirmed", "提出单位已确认"


class MinutesState(TextChoices):
    """会议记录: written by the clerk, read and confirmed by those who were there, confirmed by the chair."""

    DRAFT = "draft", "草稿"
    CIRCULATED = "circulated", "待与会人员确认"
    CONFIRMED = "confirmed", "已确认"


class AmendmentState(TextChoices):
    """修改意见 of an attendee: taken into the text, or answered with a reason."""

    OPEN = "open", "待答复"
    TAKEN_IN = "taken_in", "已采纳"
    DECLINED = "declined", "未采纳"


class PaperKind(TextChoices):
    """文书: what is generated as Word from one subject (F-29)."""

    MEETING_NOTICE = "meeting_notice", "会议通知"
    SIGN_IN_SHEET = "sign_in_sheet", "签到表"
    RESOLUTION = "resolution", "决议"
    PUBLIC_NOTICE = "public_notice", "公示"
    MINUTES = "minutes", "会议记录"
    MEETING_SUMMARY = "meeting_summary", "会议纪要"
    EXCERPT = "excerpt", "决议摘录"
    BALLOT = "ballot", "表决票"
    TALLY_SHEET = "tally_sheet", "计票单"
    NOTICE_RESULT = "notice_result", "公示结果报告"


class Outcome(TextChoices):
    """What became of a thing with a deadline, on a day. The first three are due or done; the others are not judged."""

    ON_TIME = "on_time", "按期"
    LATE = "late", "逾期办结"
    OVERDUE = "overdue", "超期未办"
    WAITING = "waiting", "等外部答复"
    SOON = "soon", "快到期"
    RUNNING = "running", "未到期"


JUDGED = (Outcome.ON_TIME, Outcome.LATE, Outcome.OVERDUE)


class ProcessMetric(TextChoices):
    """过程质量: what a year of a body is told by, in the order of the page."""

    NOTICE_LEAD = "notice_lead", "通知提前量"
    MATERIAL_LEAD = "material_lead", "材料提前量"
    LATE_ITEMS = "late_items", "后加议题"
    UNITS_HEARD = "units_heard", "发言单位"
    PROPOSERS = "proposers", "有效提出单位数"
    DISSENT = "dissent", "非一致表决"
    AMENDED = "amended", "修改后表决"
    DECISION_TIME = "decision_time", "从提出到表决"
    TASKS = "tasks", "任务按期办结"
    OBJECTIONS = "objections", "异议按期答复"
    FORMS = "forms", "用过的议事形式"


class ProcessFlag(TextChoices):
    """What goes wrong in 议事 without breaking a rule; each rests on meetings."""

    RITUAL = "ritual", "仪式化"
    SHORT_NOTICE = "short_notice", "临时化"
    BRIEFING_AS_DELIBERATION = "briefing_as_deliberation", "以通报代协商"
    REPEATED = "repeated", "重复议题"
