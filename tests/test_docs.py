"""The documents hold together: every decision is listed, every link between files leads somewhere."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parent.parent
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"\]\(\s*<?([^)>\s]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:")  # http:, mailto: …


def relative_links(text: str) -> list[str]:
    """Links to files beside the document; code, addresses and places inside the same document left out."""
    found = (inline or reference for inline, reference in _LINK.findall(_CODE.sub("", text)))
    return [link for link in found if not _ADDRESS.match(link) and not link.startswith("#")]


def broken(document: Path, text: str) -> list[str]:
    """The relative links of a document that lead to no file or folder inside the checkout."""
    targets = ((link, document.parent / unquote(link.partition("#")[0])) for link in relative_links(text))
    return [link for link, target in targets if not (target.exists() and target.resolve().is_relative_to(ROOT))]


def test_every_decision_is_listed_once_in_order_with_its_title():
    listed = re.findall(r"^- \[(\d{4})\]\(([^)]+)\) (.+)$", (ROOT / "docs/adr/README.md").read_text(), re.MULTILINE)
    expected = [(each.name[:4], each.name, each.read_text().splitlines()[0].removeprefix("# ")) for each in DECISIONS]
    assert listed == expected


def test_no_two_decisions_share_a_number_and_each_fits_a_screen():
    numbers = [each.name[:4] for each in DECISIONS]
    assert len(numbers) == len(set(numbers))
    assert not [each.name for each in DECISIONS if len(each.read_text().splitlines()) > 50]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document):
    assert broken(document, document.read_text()) == []


def test_a_link_that_leads_nowhere_is_found_the_control():
    text = "[a](README.md#top) [b](docs/none.md) ![c](docs/none.png) `[d](none)` [e](https://example.org) [f](../..)\n"
    assert broken(ROOT / "README.md", text + "[g]: docs/gone.md\n") == [
        "docs/none.md",
        "docs/none.png",
        "../..",
        "docs/gone.md",
    ]
