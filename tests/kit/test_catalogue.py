"""Our own Chinese catalogue for Unfold and axes: complete, compiled, and in force."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import axes
import polib
import pytest
import unfold
from django.conf import settings
from django.utils import translation
from django.utils.translation.template import templatize

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES" / "django.po"
# Parts of Unfold for packages that we do not install.
NOT_OURS = ("constance", "guardian", "import_export", "location_field", "simple_history")
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
SOURCE = re.compile(
    r"\b(?:n?gettext)\((u?(?:'''.*?'''|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))"
    r"(?:, *(u?(?:'''.*?'''|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")))?",
    re.S,
)


def strings(package) -> Iterator[tuple[str, ...]]:
    """(singular,) or (singular, plural) of everything that the package's code and templates translate."""
    root = Path(package.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if any(part in NOT_OURS for part in path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            if name in CALLS:
                said = tuple(a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
                yield said[: 2 if name.startswith("n") else 1]
    for path in sorted(root.rglob("*.html")):
        if not any(part in NOT_OURS for part in path.parts):
            for one, many in SOURCE.findall(templatize(path.read_text(encoding="utf-8"))):
                yield (ast.literal_eval(one), ast.literal_eval(many)) if many else (ast.literal_eval(one),)


@pytest.mark.parametrize("package", [unfold, axes], ids=lambda p: p.__name__)
def test_everything_the_package_says_is_said_in_chinese(package):
    said = {each for each in strings(package) if each}
    assert len(said) > 20, "the search itself must find strings"
    with translation.override("zh-hans"):
        left = {
            each
            for each in said
            if (translation.ngettext(*each, 1) if len(each) == 2 else translation.gettext(*each)) == each[0]
            and re.search("[A-Za-z]{2}", re.sub(r"%\(\w+\)s", "", each[0]))
        }
    assert not left


def test_the_compiled_catalogue_is_current():
    written = {entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in polib.pofile(str(CATALOGUE))}
    compiled = {
        entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    }
    assert compiled == written


def test_the_catalogue_has_no_gaps():
    catalogue = polib.pofile(str(CATALOGUE))
    assert not catalogue.untranslated_entries()
    assert not catalogue.fuzzy_entries()


def test_the_admin_wears_the_colours_of_the_pages():
    """The reds and greys of Unfold and of admin.css are those of the one token stylesheet."""
    sheet = (settings.ROOT / "static/css/liancun.css").read_text().split(":root.large")[0]
    tokens = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})", sheet))
    own = dict(re.findall(r"--lc-([a-z0-9-]+): (#[0-9a-f]{3,6})", (settings.ROOT / "static/css/admin.css").read_text()))
    assert own
    assert {name: tokens.get(name) for name in own} == own
    primary = settings.UNFOLD["COLORS"]["primary"]
    assert (primary["600"], primary["700"], primary["50"]) == (tokens["red"], tokens["red-deep"], tokens["red-soft"])
    assert settings.UNFOLD["COLORS"]["base"]["900"] == tokens["ink"]
