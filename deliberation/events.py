"""Names of the facts that 议事协调 records. Past tense; ``details`` always carry ``about``: the motion's subject."""

MOTION_SUBMITTED = "deliberation.motion.submitted"
MOTION_ACCEPTED = "deliberation.motion.accepted"
MOTION_RETURNED = "deliberation.motion.returned"  # reason
MOTION_MERGED = "deliberation.motion.merged"  # into, reason
MOTION_DEFERRED = "deliberation.motion.deferred"  # reason
MOTION_WITHDRAWN = "deliberation.motion.withdrawn"  # reason
MOTION_SECONDED = "deliberation.motion.seconded"  # unit
MOTION_SCHEDULED = "deliberation.motion.scheduled"  # meeting
MOTION_ADOPTED = "deliberation.motion.adopted"  # poll
MOTION_REJECTED = "deliberation.motion.rejected"  # poll
MEETING_PLANNED = "deliberation.meeting.planned"
AGENDA_FROZEN = "deliberation.meeting.agenda_frozen"
MEETING_CONVENED = "deliberation.meeting.convened"
MEETING_POSTPONED = "deliberation.meeting.postponed"  # reason
MEETING_CANCELLED = "deliberation.meeting.cancelled"  # reason
MEETING_OPENED = "deliberation.meeting.opened"
MEETING_ADJOURNED = "deliberation.meeting.adjourned"  # reason
MEETING_RESUMED = "deliberation.meeting.resumed"
MEETING_ENDED = "deliberation.meeting.ended"
MINUTES_NOTED = "deliberation.minutes.noted"  # item, revision
MINUTES_SENT = "deliberation.minutes.sent"  # edition, until
MINUTES_RECALLED = "deliberation.minutes.recalled"  # reason
MINUTES_AGREED = "deliberation.minutes.agreed"  # edition
AMENDMENT_ASKED = "deliberation.minutes.amendment_asked"  # amendment
AMENDMENT_TAKEN_IN = "deliberation.minutes.amendment_taken_in"  # amendment, edition
AMENDMENT_DECLINED = "deliberation.minutes.amendment_declined"  # amendment, reason
MINUTES_CONFIRMED = "deliberation.minutes.confirmed"  # number, digest
MINUTES_CORRECTED = "deliberation.minutes.corrected"  # item, reason
SIGNED_COPY_REGISTERED = "deliberation.minutes.signed_copy"  # sha256
MEETING_ARCHIVED = "deliberation.meeting.archived"  # reason
REPLIED = "deliberation.attendance.replied"  # reply
SIGNED_IN = "deliberation.attendance.signed_in"
LEFT_MEETING = "deliberation.attendance.left"
REPRESENTATIVE_REPLACED = "deliberation.attendance.replaced"  # replaces
ITEM_OPENED = "deliberation.item.opened"
ITEM_DISCUSSED = "deliberation.item.discussed"
ITEM_DEFERRED = "deliberation.item.deferred"  # reason
UNIT_RECUSED = "deliberation.item.recused"  # unit
POLL_PREPARED = "deliberation.poll.prepared"
POLL_KEY_MADE = "deliberation.poll.key_made"  # public_key
POLL_STOPPED = "deliberation.poll.stopped"
POLL_OPENED = "deliberation.poll.opened"  # roll_hash
POLL_CLOSED = "deliberation.poll.closed"  # counts, adopted
POLL_VOIDED = "deliberation.poll.voided"  # reason
RESOLUTION_FORMED = "deliberation.resolution.formed"  # number
NOTICE_PUBLISHED = "deliberation.notice.published"  # from_on, to_on, scope, digest
NOTICE_TAKEN_DOWN = "deliberation.notice.taken_down"  # reason
OBJECTION_RECEIVED = "deliberation.objection.received"
OBJECTION_DRAFTED = "deliberation.objection.drafted"
OBJECTION_RETURNED = "deliberation.objection.returned"
OBJECTION_ANSWERED = "deliberation.objection.answered"  # upheld; the reviewed answer is given
RESOLUTION_EFFECTIVE = "deliberation.resolution.effective"
RESOLUTION_SENT_BACK = "deliberation.resolution.sent_back"
RESOLUTION_TERMINATED = "deliberation.resolution.terminated"  # reason
RESOLUTION_COMPLETED = "deliberation.resolution.completed"
TASK_ASSIGNED = "deliberation.task.assigned"
TASK_WAITING = "deliberation.task.waiting"  # reason
TASK_REPORTED = "deliberation.task.reported"
TASK_EXTENDED = "deliberation.task.extended"  # old, new, reason
TASK_RETURNED = "deliberation.task.returned"  # reason
TASK_ACCEPTED = "deliberation.task.accepted"
TASK_CONFIRMED = "deliberation.task.confirmed"
CHECKLIST_OPENED = "deliberation.checklist.opened"  # resolution
CHECKLIST_MARKED = "deliberation.checklist.marked"  # resolution, position, done_on, reason: the step in words
CHECKLIST_CORRECTED = "deliberation.checklist.corrected"  # resolution, position, old, new, reason
CHECKLIST_REFUSED = "deliberation.checklist.refused"  # resolution, reason
CHECKLIST_STEPS_ADDED = "deliberation.checklist.steps_added"  # version
RESOLUTION_CONDITION_MET = "deliberation.resolution.condition_met"
RULE_ADDED = "deliberation.rule.added"  # code, version
PAPER_ISSUED = "deliberation.paper.issued"  # kind, version, sha256

# What the screen calls them, in the trail and under 已办.
TITLES = {
    MOTION_SUBMITTED: "提交议题",
    MOTION_ACCEPTED: "受理议题",
    MOTION_RETURNED: "退回议题",
    MOTION_MERGED: "合并议题",
    MOTION_DEFERRED: "缓议",
    MOTION_WITHDRAWN: "撤回议题",
    MOTION_SECONDED: "联名",
    MOTION_SCHEDULED: "列入会议",
    MOTION_ADOPTED: "表决通过",
    MOTION_REJECTED: "表决未通过",
    MEETING_PLANNED: "筹备会议",
    AGENDA_FROZEN: "确定议题",
    MEETING_CONVENED: "发出会议通知",
    MEETING_POSTPONED: "会议延期",
    MEETING_CANCELLED: "会议取消",
    MEETING_OPENED: "宣布开会",
    MEETING_ADJOURNED: "休会",
    MEETING_RESUMED: "复会",
    MEETING_ENDED: "宣布散会",
    MINUTES_NOTED: "写会议记录",
    MINUTES_SENT: "会议记录送确认",
    MINUTES_RECALLED: "收回会议记录",
    MINUTES_AGREED: "与会人员确认会议记录",
    AMENDMENT_ASKED: "提出修改意见",
    AMENDMENT_TAKEN_IN: "采纳修改意见",
    AMENDMENT_DECLINED: "不采纳修改意见",
    MINUTES_CONFIRMED: "确认会议记录",
    MINUTES_CORRECTED: "更正会议记录",
    SIGNED_COPY_REGISTERED: "登记签字件",
    MEETING_ARCHIVED: "会议归档",
    REPLIED: "会议回执",
    SIGNED_IN: "签到",
    LEFT_MEETING: "离会",
    REPRESENTATIVE_REPLACED: "更换代表",
    ITEM_OPENED: "开始审议",
    ITEM_DISCUSSED: "确认已充分讨论",
    ITEM_DEFERRED: "议题顺延",
    UNIT_RECUSED: "回避",
    POLL_PREPARED: "准备表决",
    POLL_KEY_MADE: "生成密钥",
    POLL_STOPPED: "停止收票",
    POLL_OPENED: "开始表决",
    POLL_CLOSED: "结束表决",
    POLL_VOIDED: "表决作废",
    RESOLUTION_FORMED: "形成决议",
    NOTICE_PUBLISHED: "公示",
    NOTICE_TAKEN_DOWN: "撤下公示",
    OBJECTION_RECEIVED: "收到异议",
    OBJECTION_DRAFTED: "起草异议答复",
    OBJECTION_RETURNED: "退回异议答复",
    OBJECTION_ANSWERED: "异议答复生效",
    RESOLUTION_EFFECTIVE: "决议生效",
    RESOLUTION_SENT_BACK: "退回审议",
    RESOLUTION_TERMINATED: "终止决议",
    RESOLUTION_COMPLETED: "决议办结",
    TASK_ASSIGNED: "布置任务",
    TASK_WAITING: "等外部答复",
    TASK_REPORTED: "报任务完成",
    TASK_RETURNED: "退回任务",
    TASK_ACCEPTED: "确认任务完成",
    TASK_CONFIRMED: "提出单位确认",
    TASK_EXTENDED: "任务延期",
    CHECKLIST_OPENED: "送村级决议",
    CHECKLIST_MARKED: "登记村级程序",
    CHECKLIST_CORRECTED: "更正村级程序",
    CHECKLIST_REFUSED: "村级未通过",
    CHECKLIST_STEPS_ADDED: "增加四议两公开步骤版本",
    RESOLUTION_CONDITION_MET: "村级决议齐备",
    RULE_ADDED: "增加表决规则版本",
    PAPER_ISSUED: "生成文书",
}
