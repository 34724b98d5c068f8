"""The house keeps its own rules: doors, storeys, lengths, foreign keys, forbidden fields and words."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(settings.BASE_DIR) if hasattr(settings, "BASE_DIR") else Path(__file__).resolve().parent.parent
FLOORS = ["kit", "orgs", "deliberation", "resources", "training", "benefits", "oversight", "lianCun"]
LEVEL = {
    name: level
    for level, names in enumerate(
        [["kit"], ["orgs"], ["deliberation"], ["resources", "training"], ["benefits"], ["oversight"], ["lianCun"]]
    )
    for name in names
}
MECHANISMS = FLOORS[1:-1]
STOREYS = {
    "apps", "api", "pages", "admin", "tasks", "subscribers", "management", "services", "selectors", "policies",
    "models", "querysets", "rules", "events", "choices", "declarations", "migrations", "templatetags", "data",
    "__init__",
}  # fmt: skip
DOORS = ("api", "pages", "admin", "tasks", "subscribers", "management")


def sources(*folders: str) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    )


def door_files() -> list[Path]:
    return [p for p in sources(*FLOORS) if p.relative_to(ROOT).parts[1].removesuffix(".py") in DOORS]


def test_no_file_is_longer_than_400_lines():
    long = {
        str(p.relative_to(ROOT)): n
        for p in sources(*FLOORS, "tests", "deploy", "bench")
        if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


def test_every_mechanism_has_only_the_named_storeys():
    strange = {
        f"{app}/{entry.name}"
        for app in MECHANISMS
        for entry in (ROOT / app).iterdir()
        if entry.name != "__pycache__" and entry.name.removesuffix(".py") not in STOREYS
    }
    assert not strange


def test_no_room_is_called_utils():
    names = {p.stem for p in sources(*FLOORS, "tests", "deploy", "bench")}
    assert not names & {"utils", "util", "helpers", "helper", "misc", "common"}


@pytest.mark.parametrize("pattern", [r"\.objects\b", r"\._default_manager\b", r"\bconnection\.cursor\b"])
def test_doors_do_not_query(pattern):
    """A door parses, makes one service or selector call and shows the answer."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in door_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line) and not line.lstrip().startswith("#")
    ]
    assert not found


def test_there_are_doors_to_look_at():
    """The control of the test above: it looked at real doors."""
    assert door_files()


def test_no_star_import_and_no_signal():
    found = []
    for path in sources(*FLOORS):
        text = path.read_text(encoding="utf-8")
        found += [f"{path.relative_to(ROOT)}: {m}" for m in re.findall(r"^from .+ import \*", text, re.M)]
        found += [
            f"{path.relative_to(ROOT)}: {m}"
            for m in re.findall(r"django\.db\.models\.signals|\bpost_save\b|\bpre_save\b", text)
        ]
    assert not found


def test_no_model_overrides_save_or_delete():
    found = [
        f"{model.__name__}.{name}"
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for name in ("save", "delete")
        if name in vars(model)
    ]
    assert not found


def service_functions():
    for app in MECHANISMS:
        for path in sorted((ROOT / app / "services").glob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield path, node


def test_services_do_not_read_the_clock():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, _ in {(p, None) for p, _ in service_functions()}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"timezone.now", "datetime.now", "date.today"}
    ]
    assert not found


# No verbs: steps that several verbs share, and sweeps that call a verb for each row in a transaction of its own.
SHARED_STEPS = {"insert_organization", "revoke_all", "require_chair", "effect_ended_notices", "escalate_overdue"}


def test_every_verb_is_a_service():
    """A public function in services/ that takes an actor is atomic, keyword-only and stamped."""
    bare = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path, node in service_functions()
        if any(a.arg == "actor" for a in [*node.args.args, *node.args.kwonlyargs])
        and not any(ast.unparse(d) == "service" for d in node.decorator_list)
        and not path.name.startswith("_")
        and node.name not in SHARED_STEPS
    ]
    assert not bare
    assert any(True for _ in service_functions())


def test_foreign_keys_point_downwards():
    """import-linter cannot see a string reference; the database can."""
    wrong = []
    for model in apps.get_models():
        here = LEVEL.get(model._meta.app_label)
        if here is None:
            continue
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete and isinstance(field.related_model, type):
                there = LEVEL.get(field.related_model._meta.app_label)
                sibling = there == here and field.related_model._meta.app_label != model._meta.app_label
                if there is not None and (there > here or sibling):
                    wrong.append(f"{model.__name__}.{field.name} → {field.related_model.__name__}")
    assert not wrong


FORBIDDEN = re.compile(
    r"id_?card|identity_?(no|number)|idcard|bank_?(card|account)|birth|home_?address|ethnic|nation(ality)?$|religio"
    r"|belief|health|petition|score_of_person|political_attitude",
)
# 身份类型 says how a person came to the work; it is not an identity number.
ALLOWED = {"identity_type"}


def test_no_model_holds_what_the_mission_forbids():
    """No ID card, bank card, birth date, home address, ethnicity, religion or health anywhere."""
    found = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name not in ALLOWED and FORBIDDEN.search(field.name)
    ]
    assert not found


def test_the_forbidden_pattern_bites():
    """The control of the test above."""
    for name in ("id_card", "bank_account", "birth_date", "home_address", "ethnicity", "religion", "health_note"):
        assert FORBIDDEN.search(name), name


def test_every_own_model_has_a_docstring_and_chinese_names():
    poor = [
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in MECHANISMS
        and (not (model.__doc__ or "").strip() or model.__doc__.startswith(f"{model.__name__}("))
    ]
    assert not poor
    assert all(
        re.search(r"[\u4e00-\u9fff]", str(m._meta.verbose_name))
        for m in apps.get_models()
        if m._meta.app_label in MECHANISMS
    )


def test_money_and_quantities_are_never_floats():
    floats = [
        f"{m.__name__}.{f.name}"
        for m in apps.get_models()
        for f in m._meta.concrete_fields
        if m._meta.app_label in FLOORS and isinstance(f, models.FloatField)
    ]
    assert not floats
