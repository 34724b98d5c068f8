"""Counting in the room: each teller alone, until both have the same numbers."""

from datetime import datetime

from deliberation import rules
from deliberation.choices import PollState
from deliberation.models import Poll, TallyEntry
from deliberation.services.locks import locked_poll
from kit.errors import DomainError, Forbidden, RuleBroken
from kit.services import service

_SLIPS = {"issued": "发出票数", "returned": "收回票数", "blank": "空白票", "invalid": "无效票"}


@service
def enter_tally(
    *,
    actor,
    poll: Poll,
    yes: int,
    no: int,
    abstain: int,
    issued: int | None = None,
    returned: int | None = None,
    blank: int | None = None,
    invalid: int | None = None,
    now: datetime,
) -> TallyEntry:
    """One teller's own count of hands or of slips. The other's count is not shown before both are in.

    When the two differ, both count again in a new round; every count stays in the record. ``issued`` to ``invalid``
    are the slips of a vote on paper and left out otherwise. Raises RuleBroken at the field that cannot be (V5).
    """
    row = locked_poll(poll)
    if actor.pk not in (row.teller_a_id, row.teller_b_id):
        raise Forbidden("只有本次表决的两名计票人可以录入票数。", code="not_a_teller")
    if row.state != PollState.OPEN:
        raise DomainError("poll_closed", "表决已经结束，不再录入。")
    numbers = {"yes": yes, "no": no, "abstain": abstain}
    slips = {"issued": issued, "returned": returned, "blank": blank, "invalid": invalid}
    _check(row, numbers, slips)
    counting = counted_so_far(row)
    if counting.agreed is not None:
        raise DomainError("already_counted", "两名计票人的票数一致，等主持人结束表决。")
    if actor.pk in counting.counted:
        raise DomainError("already_counted", "您已录入本轮票数，等另一名计票人录入。")
    return TallyEntry.objects.create(poll=row, teller=actor, round=counting.round, **numbers, **slips, entered_at=now)


def counted_so_far(poll: Poll) -> rules.Counting:
    """Where its tellers stand. One query."""
    entered = poll.tallies.order_by("round", "pk").values_list("round", "teller_id", *rules.NUMBERS)
    return rules.counting(entered)


def agreed_numbers(poll: Poll) -> dict[str, int | None]:
    """What both tellers counted. Raises DomainError ``tally_missing`` or ``tally_mismatch`` (409)."""
    counting = counted_so_far(poll)
    if counting.differs:
        raise DomainError("tally_mismatch", "两名计票人录入的票数不一致，请重新清点，两人各自再录一次。")
    if counting.agreed is None:
        raise DomainError("tally_missing", "两名计票人都录入票数以后才能结束表决。")
    return dict(zip(rules.NUMBERS, counting.agreed, strict=True))


def _check(poll: Poll, numbers: dict[str, int], slips: dict[str, int | None]) -> None:
    given = numbers | {name: number for name, number in slips.items() if number is not None}
    for field, number in given.items():
        if number < 0:
            raise RuleBroken("negative", "票数不能是负数。", field=field)
    if not poll.has_slips:
        for field, label in _SLIPS.items():
            if slips[field] is not None:
                raise RuleBroken("no_slips", f"{poll.get_method_display()}没有选票，不填{label}。", field=field)
        _check_within(poll.present, sum(numbers.values()), numbers)
        return
    for field, label in _SLIPS.items():
        if slips[field] is None:
            raise RuleBroken("slips_needed", f"请填写{label}，没有就写0。", field=field)
    _check_slips(poll, given)


def _check_within(present: int, votes: int, numbers: dict[str, int]) -> None:
    if votes > present:
        yes, no, abstain = numbers.values()
        raise RuleBroken(
            "too_many_votes",
            f"赞成{yes}、反对{no}、弃权{abstain}，共{votes}票，多于到会的{present}人。",
            field="yes",
        )


def _check_slips(poll: Poll, given: dict[str, int]) -> None:
    """收回 ≤ 发出 ≤ 投纸质票的人, and every slip that came back is one of the five."""
    voters = poll.roll.filter(on_paper=True).count() if poll.takes_ballots else poll.present
    if given["issued"] > voters:
        raise RuleBroken(
            "too_many_issued", f"发出{given['issued']}张，多于投纸质票的{voters}人，一人一张。", field="issued"
        )
    if given["returned"] > given["issued"]:
        raise RuleBroken(
            "too_many_returned",
            f"收回{given['returned']}张，多于发出的{given['issued']}张，本次表决无效，请主持人作废后重新表决。",
            field="returned",
        )
    found = given["yes"] + given["no"] + given["abstain"] + given["blank"] + given["invalid"]
    if found != given["returned"]:
        raise RuleBroken(
            "slips_do_not_add_up",
            f"赞成、反对、弃权、空白、无效合计{found}张，与收回的{given['returned']}张不符，请重新清点。",
            field="returned",
        )
