"""存证锚点: what the public page shows, kept by somebody outside, is what proves the chains."""

import random
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from kit import chain, guards, verify
from kit.models import Anchor
from tests import tampering
from tests.kit import test_chain
from tests.kit.test_chain import CHAIN, LENGTH, NOW, write

pytestmark = [pytest.mark.django_db(transaction=True)]

anchor_file = test_chain.anchor_file
sealed = test_chain.sealed


@pytest.fixture
def copy(sealed, client, tmp_path, anchor_file, monkeypatch):
    """The plain text as a visitor kept it; the house's own file is gone."""
    monkeypatch.setattr(verify, "released", lambda: guards.telling(verify.standing()))
    kept = tmp_path / "kept.txt"
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        answer = client.get(reverse("public-anchors-text"))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    kept.write_bytes(answer.content)
    assert kept.read_text() == anchor_file.read_text()
    anchor_file.unlink()
    return kept


def test_what_is_shown_verifies(copy, capsys):
    call_command("verify", anchors=copy)
    assert "核对通过" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["cut tail", "edit actor"])
def test_what_is_shown_finds_what_was_falsified_later(copy, sealed, kind, capsys):
    """Control: without the copy, the cut tail is not found."""
    tampering.KINDS[kind](sealed, 4, random.Random(1))
    if kind == "cut tail":
        call_command("verify")
    with pytest.raises(CommandError):
        call_command("verify", anchors=copy)
    assert CHAIN in capsys.readouterr().out


def test_the_page_shows_the_same_heads_by_day(copy, client):
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        shown = client.get(reverse("public-anchors")).text
    for line in copy.read_text().splitlines():
        name, number, head = line.split()
        assert head in shown
        assert re.search(rf"{re.escape(name)}</span>\s*<span class=\"num\">第 {number} 条", shown)
    assert "2026年11月23日 星期一" in shown


def test_of_days_gone_by_the_last_head_of_each_stays(sealed, client):
    for hours in (1, 2):
        write(1)
        chain.seal()
        chain.anchor(now=NOW + timedelta(hours=hours))
    mine = Anchor.objects.filter(chain=CHAIN).order_by("number")
    assert [each.number for each in mine] == [LENGTH, LENGTH + 1, LENGTH + 2]

    def shown(days: int) -> set[int]:
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            text = client.get(reverse("public-anchors-text")).text
        return {int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{CHAIN} ")}

    assert shown(1) == {LENGTH, LENGTH + 1, LENGTH + 2}
    assert shown(30) == {LENGTH + 2}
