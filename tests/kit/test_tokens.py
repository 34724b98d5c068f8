"""Personal tokens: expiring, revocable, scoped, kept as a digest."""

from datetime import UTC, datetime, timedelta

import pytest

from kit import tokens
from kit.errors import DomainError, Forbidden, Hidden, RuleBroken
from kit.models import ApiToken

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def issue(person, **changes):
    wanted = {"name": "台账同步", "scopes": ["read"], "expires_at": NOW + timedelta(days=90)} | changes
    return tokens.issue_token(actor=person, now=NOW, **wanted)


def test_the_secret_is_kept_nowhere(secretary_li, superuser):
    token, secret = issue(secretary_li)
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert secret.startswith("lct_")
    assert secret not in str(row)
    assert tokens.with_digest(secret, now=NOW).get() == token


def test_an_expired_or_revoked_token_is_dead(secretary_li):
    token, secret = issue(secretary_li)
    assert not tokens.with_digest(secret, now=NOW + timedelta(days=90)).exists()
    tokens.revoke_token(actor=secretary_li, token=token, now=NOW)
    assert not tokens.with_digest(secret, now=NOW).exists()
    with pytest.raises(DomainError, match="已经作废"):
        tokens.revoke_token(actor=secretary_li, token=token, now=NOW)


def test_nobody_revokes_anothers(secretary_li, secretary_wang):
    token, _ = issue(secretary_li)
    with pytest.raises(Hidden):
        tokens.revoke_token(actor=secretary_wang, token=token, now=NOW)


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"scopes": []}, "bad_scopes"),
        ({"scopes": ["root"]}, "bad_scopes"),
        ({"scopes": ["read", "read"]}, "bad_scopes"),
        ({"expires_at": NOW}, "bad_expiry"),
        ({"expires_at": NOW + timedelta(days=367)}, "bad_expiry"),
        ({"name": "  "}, "required"),
    ],
)
def test_bad_values_are_refused_at_the_field(secretary_li, changes, code):
    with pytest.raises(RuleBroken) as refusal:
        issue(secretary_li, **changes)
    assert refusal.value.code == code
    assert set(refusal.value.errors) == set(changes)


def test_at_most_twenty_live_tokens(secretary_li):
    for _ in range(tokens.MOST):
        issue(secretary_li)
    with pytest.raises(DomainError, match="最多有20个"):
        issue(secretary_li)


def test_use_is_noted_once_an_hour(secretary_li, django_assert_num_queries):
    token, _ = issue(secretary_li)
    tokens.note_use(token.pk, now=NOW)
    tokens.note_use(token.pk, now=NOW + timedelta(minutes=59))
    token.refresh_from_db()
    assert token.last_used_at == NOW
    tokens.note_use(token.pk, now=NOW + timedelta(minutes=61))
    token.refresh_from_db()
    assert token.last_used_at == NOW + timedelta(minutes=61)


def test_a_token_without_the_scope_is_refused_and_a_session_has_all():
    tokens.require_scope(["read", "write"], "write")
    tokens.require_scope(None, "export")
    with pytest.raises(Forbidden, match="没有“办理”权限"):
        tokens.require_scope(["read"], "write")
