"""What operators copy: the compose file keeps secrets and ports where they belong, the manual names every setting."""

import configparser
import re
import subprocess

import pytest
import yaml

from tests.deploy.conftest import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["proxy"]
    assert COMPOSE["networks"]["inner"]["internal"] is True
    assert [name for name, service in SERVICES.items() if "outer" in service["networks"]] == ["proxy"]


def test_the_owners_address_stays_out_of_web_worker_and_beat():
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["secrets"] == ["secret_key", "database_url"]
        assert not any("OWNER" in key or "SUPERUSER" in key for key in SERVICES[name]["environment"])
    assert "database_owner_url" in SERVICES["setup"]["secrets"]


def test_every_secret_and_volume_is_declared_and_made():
    made = (ROOT / "deploy" / "new-secrets").read_text(encoding="utf-8")
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    for secret in COMPOSE["secrets"].values():
        name = secret["file"].removeprefix("./secrets/")
        assert f"keep {name} " in made or f"secrets/{name}" in made, name
    named = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {name for name in named if not name.startswith(".")} == set(COMPOSE["volumes"])


def test_secrets_are_made_once_and_differ(tmp_path):
    folder = tmp_path / "co py" / "deploy"
    folder.mkdir(parents=True)
    script = folder / "new-secrets"
    script.write_text((ROOT / "deploy" / "new-secrets").read_text(encoding="utf-8"), encoding="utf-8")
    environment = {"PATH": "/usr/bin:/bin"}
    runs = []
    for _ in range(2):
        subprocess.run(["sh", script, "liancun.test"], env=environment, check=True, capture_output=True)
        runs.append({path.name: path.read_text() for path in (folder.parent / "secrets").iterdir()})
    assert runs[0] == runs[1]
    assert len({runs[0][name] for name in ("secret_key", "database_url", "database_owner_url")}) == 3
    assert runs[0]["database_superuser_password"] in runs[0]["database_superuser_url"]
    assert (folder.parent / "secrets").stat().st_mode & 0o077 == 0
    assert (folder.parent / ".env").read_text() == "LIANCUN_HOST=liancun.test\n"


def test_the_manual_names_every_setting_that_the_product_reads():
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    sources = [ROOT / "lianCun" / "settings.py", *(ROOT / "kit").rglob("*.py")]
    read = {
        name for path in sources for name in re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', path.read_text("utf-8"))
    }
    assert "DATABASE_URL" in read
    assert {name for name in read if f"`{name}`" not in manual} == set()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_run_unprivileged_and_see_a_read_only_system(path):
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read(path, encoding="utf-8")
    service = unit["Service"]
    assert service["User"] == "liancun"
    assert service["NoNewPrivileges"] == "true"
    assert service["ProtectSystem"] == "strict"


def test_the_image_runs_as_an_ordinary_user_and_installs_wheels_by_hash_only():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER liancun$", text, re.M)
    assert "--require-hashes" in text
    assert "--only-binary :all:" in text
    assert "apt-get" not in text
