"""No text for a chat group names a person or a telephone: over everything there is in the demo, for every reader."""

import re
from itertools import pairwise

from django.db import connection
from django.utils import timezone

from deliberation import selectors
from deliberation.choices import HELD
from deliberation.models import Meeting, Resolution, ResolutionTask
from kit.calendar import Quarter, day_of
from lianCun.demo import sanjiang as story
from orgs.models import Person

NOW = timezone.now()
ON = day_of(NOW)
PHONE = re.compile(r"1[3-9]\d[\d* -]{8,10}|0\d{2,3}-?\d{7}")


def copies():
    """Every text the demo can give."""
    for meeting in Meeting.objects.select_related("body"):
        yield from selectors.meeting_copies(meeting, may_remind=True, on=ON)
    for resolution in Resolution.objects.select_related("body", "motion", "poll"):
        notice = resolution.notices.live().first()
        yield from selectors.resolution_copies(resolution, notice, address="http://localhost/public/", on=ON)
    for task in ResolutionTask.objects.select_related("resolution__body", "resolution__motion", "owner"):
        yield from selectors.task_copies(task, on=ON)
    for login in story.SHOWN:
        person = Person.objects.get(username=login)
        for each in selectors.briefables(person):
            for quarter in (Quarter.of(ON), Quarter.of(ON).previous()):
                yield selectors.quarter_brief(person, each.id, quarter, on=ON)


def leaks(names: list[str], phones: list[str]) -> list[tuple[str, str]]:
    found = []
    for copy in copies():
        found += [(copy.name, each) for each in (*names, *phones) if each in copy.text]
        found += [(copy.name, each) for each in PHONE.findall(copy.text)]
    return found


def test_no_person_and_no_telephone_in_any_text(demo):
    names = list(Person.objects.values_list("name", flat=True))
    phones = [phone for phone in Person.objects.values_list("work_phone", flat=True) if phone]
    assert len(names) > 20
    assert phones
    told = {copy.name for copy in copies()}
    assert {"notice", "result", "silent", "resolution", "public", "brief"} <= told, "there is something to look at"
    assert leaks(names, phones) == []


def test_also_when_somebody_wrote_them_into_every_text(demo):
    """The control: without the cleaning these texts name people, because the record does."""
    # Of the district and the area committee: known around every body of the story.
    names = ["林静", "何建国", "赵启明"]
    words = f"{'、'.join(names)}，电话１３９00130000、0827-5261234"
    with connection.cursor() as cursor:
        for table, column in (
            ("deliberation_meeting", "requirements"),
            ("deliberation_meeting", "place_text"),
            ("deliberation_agendaitem", "title"),
            ("deliberation_resolution", "title"),
            ("deliberation_publicnotice", "text"),
            ("deliberation_publicnotice", "title"),
            ("deliberation_resolutiontask", "title"),
        ):
            cursor.execute(f"UPDATE {table} SET {column} = left(%s, 60)", [words])
    assert leaks(names, ["13900130000"]) == []
    everything = "\n".join(copy.text for copy in copies())
    assert everything.count("有关同志、有关同志、有关同志，电话（电话从略）、（电话从略）") > 10


def test_a_brief_counts_what_the_record_holds(demo):
    chen = Person.objects.get(username="chenli")
    named = {each.name: each.id for each in selectors.briefables(chen)}
    assert {story.SANJIANG, story.LONGMEN, story.TIANMA} <= named.keys()
    assert story.YANGFAN not in named
    texts = [
        selectors.quarter_brief(chen, named[story.LONGMEN], quarter, on=ON).text
        for quarter in (Quarter.of(ON), Quarter.of(ON).previous(), Quarter.of(ON).previous().previous())
    ]
    assert all(earlier != later for earlier, later in pairwise(texts))
    conferences = Meeting.objects.filter(state__in=HELD, form="joint_conference", body=named[story.LONGMEN])
    held = conferences.latest("starts_at")
    told = next(text for text in texts if Quarter.parse(held.quarter).label in text)
    assert "开会1次" in told
    assert "季度联席会议已开" in told
    assert "本季度没有形成决议" in texts[-1], "no data is said, never counted as good or bad"
