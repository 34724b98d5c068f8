"""Verbs on sign-ins: a session begins, is renewed, ends. Whoever is locked out of an account loses its sessions too."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.sessions.models import Session

from kit import facts
from kit.errors import Hidden
from kit.services import service
from orgs import events
from orgs.choices import SignInEnd
from orgs.models import Person, SignIn, TrustedDevice


@service
def open_sign_in(
    *,
    actor: Person,
    session_key: str,
    address: str,
    browser: str,
    device: TrustedDevice | None = None,
    now: datetime,
) -> SignIn:
    """Note that a person has just signed in with this session."""
    return SignIn.objects.create(
        person=actor, session_key=session_key, address=address or None, browser=browser[:60], device=device, at=now
    )


@service
def follow_session(*, actor: Person, sign_in_id: UUID, session_key: str, device: TrustedDevice | None = None) -> None:
    """The session got a new key (after an unlock or a new password), and perhaps became that of a trusted phone."""
    changes = {"session_key": session_key} | ({"device": device} if device else {})
    SignIn.objects.open().filter(pk=sign_in_id, person=actor).update(**changes)


@service
def end_sign_in(*, actor, sign_in_id: UUID, why: str, now: datetime) -> None:
    """The session is over: signed out, idle, or past its longest time."""
    _close(SignIn.objects.open().filter(pk=sign_in_id), why=why, now=now)


@service
def end_own_sign_ins(*, actor: Person, sign_in_id: UUID | None = None, keep: UUID | None = None, now: datetime) -> int:
    """End one other session of one's own, or all but ``keep``. Raises Hidden for a session of somebody else."""
    rows = SignIn.objects.open().filter(person=actor)
    if sign_in_id is not None:
        rows = rows.filter(pk=sign_in_id)
        if not rows.exists():
            raise Hidden
    if keep is not None:
        rows = rows.exclude(pk=keep)
    ended = _close(rows, why=SignInEnd.ENDED_BY_OWNER, now=now)
    if ended:
        facts.record(
            events.SESSIONS_ENDED,
            actor=actor,
            org=actor.organization,
            subject=actor,
            at=now,
            sessions=ended,
            why=SignInEnd.ENDED_BY_OWNER,
        )
    return ended


@service
def close_forgotten(*, actor, now: datetime) -> int:
    """Nightly: drop expired sessions, and close the sign-ins whose session is gone."""
    Session.objects.filter(expire_date__lte=now).delete()
    living = Session.objects.values("session_key")
    return (
        SignIn.objects.open().exclude(session_key__in=living).update(ended_at=now, end=SignInEnd.IDLE, session_key=None)
    )


def close_sessions(person: Person, *, why: str, now: datetime, keep: str | None = None) -> int:
    """For the other verbs on accounts: end every session of a person but the one with the key ``keep``."""
    return _close(SignIn.objects.open().filter(person=person).exclude(session_key=keep), why=why, now=now)


def close_device_sessions(devices: Iterable[UUID], *, why: str, now: datetime) -> int:
    """End the sessions of these trusted phones."""
    return _close(SignIn.objects.open().filter(device__in=list(devices)), why=why, now=now)


def _close(rows, *, why: str, now: datetime) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    ended = rows.update(ended_at=now, end=str(why), session_key=None)
    # A request that runs at this moment cannot bring its session back: saving one that is gone is refused.
    Session.objects.filter(session_key__in=keys).delete()
    return ended
