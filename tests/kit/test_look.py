"""Stylesheet, templates and scripts: what a domestic browser of 2021 understands, and nothing inline."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from kit.env import ROOT

CSS = (ROOT / "static/css/liancun.css").read_text()
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)
# The admin's own overrides stand under Unfold's laws.
TEMPLATES = [p for p in (ROOT / "templates").rglob("*.html") if "admin" not in p.relative_to(ROOT).parts]
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))


@pytest.mark.parametrize(
    "word",
    [":has(", "@container", "@layer", "color-mix(", "oklch(", "dvh", "svh", "@import", "url(", "&", "accent-colour"],
)
def test_the_stylesheet_stays_within_chromium_90_and_this_site(word):
    assert word not in RULES


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def tokens() -> dict[str, str]:
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})", RULES.partition("@media")[0]))
    return {name: c if len(c) == 7 else "#" + "".join(2 * x for x in c[1:]) for name, c in found.items()}


@pytest.mark.parametrize(
    "text, grounds",
    [
        ("ink", ("bg", "card", "sunk")),
        ("ink-2", ("bg", "card", "sunk", "grey-soft")),
        ("ink-3", ("bg", "card", "sunk")),
        ("green", ("card", "bg", "green-soft")),
        ("amber", ("card", "bg", "amber-soft")),
        ("alarm", ("card", "bg", "alarm-soft")),
        ("blue", ("card", "bg", "blue-soft")),
        ("red-deep", ("card", "red-soft")),
        ("on-red", ("red", "red-deep")),
        ("on-red-2", ("red",)),
    ],
)
def test_text_stands_out_at_4_5_to_1(text, grounds):
    colours = tokens()
    for ground in grounds:
        assert contrast(colours[text], colours[ground]) >= 4.5, ground


def test_edges_of_fields_stand_out_at_3_to_1():
    colours = tokens()
    assert contrast(colours["edge"], colours["card"]) >= 3


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_no_template_carries_inline_style_or_script_or_another_site(path: Path):
    text = path.read_text()
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text), path
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), path
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", text), path


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_scripts_are_small_and_speak_es2019(path: Path):
    text = path.read_text()
    assert not re.search(r"\?\.[a-z(\[]|\?\?|&&=|\|\|=|\.replaceAll\(|\.at\(|randomUUID|\beval\(|innerHTML", text)
    assert len(text) < 20_000


def test_every_icon_that_is_named_is_drawn():
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', (ROOT / "static/img/icons.svg").read_text()))
    named = set()
    for path in TEMPLATES:
        named |= set(re.findall(r'{% icon "([a-z-]+)"|icon_name="([a-z-]+)"', path.read_text()))
    assert {name for pair in named for name in pair if name} <= drawn


def test_vendored_files_are_what_the_manifest_says():
    """Nobody edits a foreign library in place, and no copy lies about unlisted."""
    folder = ROOT / "static/vendor"
    manifest = json.loads((folder / "manifest.json").read_text())
    listed = set()
    for library in manifest["libraries"]:
        assert all(library[key] for key in ("name", "version", "licence"))
        for name, digest in library["files"].items():
            path = folder / name if library["from"] == "static/vendor" else Path(finders.find(name) or "")
            assert path.is_file(), name
            assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, name
            listed.add(path)
    lying_about = {p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json"}
    assert lying_about <= listed


def test_the_style_guide_is_no_part_of_production():
    assert not settings.DEBUG
    assert not settings.DEMO
