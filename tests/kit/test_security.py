"""The headers of every answer, and what production settings say to Django's own deployment check."""

import os
import subprocess
import sys

import pytest

from kit.env import ROOT

pytestmark = pytest.mark.urls("tests.pages_site")


def policy(answer) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/styleguide/", "/nowhere/", "/healthz", "/still-here/", "/plain/"])
def test_every_answer_carries_the_strict_policy_and_its_sisters(client, path):
    answer = client.get(path)
    directives = policy(answer)
    assert directives["default-src"] == directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["object-src"] == directives["base-uri"] == directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "geolocation=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
def test_only_the_admin_may_evaluate_and_style_inline(client):
    directives = policy(client.get("/admin/nowhere/"))
    assert directives["script-src"] == "'self' 'unsafe-eval'"
    assert directives["style-src"] == "'self' 'unsafe-inline'"
    assert directives["default-src"] == "'self'"
    assert "unsafe" not in client.get("/administer/")["Content-Security-Policy"]


def test_production_settings_pass_the_deployment_check():
    # What tests and the demo set for themselves is not part of production.
    ours = {"DEBUG", "LIANCUN_DEMO", "HTTPS", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    env = {k: v for k, v in os.environ.items() if k not in ours}
    env |= {"SECRET_KEY": "k9" * 40 + "!wQ", "ALLOWED_HOSTS": "liancun.example"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_deployment_check_sees_a_missing_https_the_control():
    env = os.environ | {"SECRET_KEY": "k9" * 40 + "!wQ", "HTTPS": "0", "DEBUG": "0"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "SECURE_HSTS_SECONDS" in done.stderr
