"""个人令牌 in the browser: made once with the password fresh, shown once, revoked, never a neighbour's."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from kit import tokens
from kit.models import ApiToken

pytestmark = pytest.mark.django_db
SENT = {"name": "每周导出", "scopes": ["read", "export"], "days": "90"}


@pytest.fixture
def li(client, secretary_li) -> Client:
    client.force_login(secretary_li)
    return client


def test_a_token_is_shown_once_and_works(li, secretary_li):
    answer = li.post("/me/tokens/", SENT)
    secret = re.search(r"lct_[\w-]+", answer.content.decode()).group()
    assert "no-store" in answer["Cache-Control"]
    assert Client(headers={"Authorization": f"Token {secret}"}).get("/api/v1/me/").status_code == 200
    page = li.get("/me/tokens/").content.decode()
    assert secret not in page
    assert "每周导出" in page
    assert "查看、导出" in page
    left = ApiToken.objects.get().expires_at - datetime.now(UTC)
    assert timedelta(days=89) < left <= timedelta(days=90)


def test_a_revoked_token_stops_at_once(li):
    secret = re.search(r"lct_[\w-]+", li.post("/me/tokens/", SENT).content.decode()).group()
    token = ApiToken.objects.get()
    assert li.post(f"/me/tokens/{token.pk}/revoke/").url == "/me/tokens/"
    assert "已作废" in li.get("/me/tokens/").content.decode()
    assert Client(headers={"Authorization": f"Token {secret}"}).get("/api/v1/me/").status_code == 401
    assert li.post(f"/me/tokens/{token.pk}/revoke/").status_code == 409


def test_a_foreign_token_is_not_found(li, secretary_wang):
    """S4."""
    now = datetime.now(UTC)
    foreign, _ = tokens.issue_token(
        actor=secretary_wang, name="王的", scopes=["read"], expires_at=now + timedelta(days=9), now=now
    )
    assert "王的" not in li.get("/me/tokens/").content.decode()
    for pk in (foreign.pk, uuid4()):
        assert li.post(f"/me/tokens/{pk}/revoke/").status_code == 404
    assert tokens.live(secretary_wang.pk, now=now).exists()


@pytest.mark.parametrize(
    "sent", [{}, {**SENT, "scopes": []}, {**SENT, "scopes": ["root"]}, {**SENT, "days": "9999"}, {**SENT, "name": "  "}]
)
def test_a_bad_form_makes_no_token(li, sent):
    assert li.post("/me/tokens/", sent).status_code == 422
    assert not ApiToken.objects.exists()


def test_making_one_asks_for_the_password_again(li):
    session = li.session
    session["proved_at"] -= 660
    session.save()
    assert li.post("/me/tokens/", SENT).url.startswith("/confirm/")
    assert not ApiToken.objects.exists()
