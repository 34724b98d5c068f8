"""案卷: every paper issued about a meeting and what it decided, the newest version of each, for one download."""

from deliberation.models import Paper, PublicNotice, Resolution
from deliberation.selectors.room_home import meeting_in_reach
from deliberation.selectors.shelf import minutes_shelf, shelf
from kit.errors import DomainError


def folder(person, pk) -> tuple[str, list[Paper]]:
    """(title of the meeting, its papers that this person may take away), in the order in which they come about.

    Raises Hidden (404) out of reach, DomainError ``nothing_issued`` (409) while there is none.
    """
    meeting = meeting_in_reach(person, pk)
    resolutions = Resolution.objects.visible_to(person).filter(poll__item__meeting=meeting)
    decided = list(resolutions.select_related("body", "poll__item__meeting").order_by("serial", "pk"))
    notices = PublicNotice.objects.filter(resolution__in=decided).select_related("resolution__body")
    shelved = [
        *shelf(person, meeting),
        *minutes_shelf(person, meeting),
        *shelf(person, *decided, *notices.order_by("published_at", "pk")),
    ]
    found = [each.latest for each in shelved if each.latest is not None]
    if not found:
        raise DomainError("nothing_issued", "还没有生成过文书；先在会议、决议的页面“文书”里逐件生成。")
    return meeting.title, found
