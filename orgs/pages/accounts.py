"""Lock, logout, confirmation, password, and what the pages of accounts share."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kit import navigation, pages, sessions
from kit.components import Confirmation
from kit.errors import DomainError
from orgs.choices import SignInEnd
from orgs.pages import account_forms as forms
from orgs.selectors import accounts as reads
from orgs.services import accounts, devices, sign_ins

DEVICE_COOKIE = "__Host-device" if settings.HTTPS else "device"


# Phones and the lock.


def _phone_cookie(request: HttpRequest) -> tuple[UUID, str] | None:
    """(device, secret) as the phone shows them; None for no cookie or one made up by hand."""
    name, _, secret = request.COOKIES.get(DEVICE_COOKIE, "").partition(".")
    try:
        return UUID(name), secret
    except ValueError:
        return None


def known_phone(request: HttpRequest, person, now: datetime):
    shown = _phone_cookie(request)
    return reads.trusted_device(person, shown[0], secret=shown[1], now=now) if shown else None


def remember_phone(request: HttpRequest, response: HttpResponse, phone: devices.TrustedPhone) -> HttpResponse:
    """Give the phone its cookie and bind the running session to it."""
    request.session[sessions.DEVICE] = str(phone.device.pk)
    request.session.set_expiry(phone.device.trusted_until)
    response.set_cookie(
        DEVICE_COOKIE,
        f"{phone.device.pk}.{phone.secret}",
        expires=phone.device.trusted_until,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


@login_not_required
@sessions.works_while_locked
@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest) -> HttpResponse:
    """The PIN page of a locked session; back to the same page, or to the form that waited."""
    if not request.user.is_authenticated:
        return redirect(f"{navigation.address('login')}?{urlencode({'why': 'idle', 'next': next_page(request)})}")
    if not request.session.get(sessions.LOCKED):
        return redirect(next_page(request))
    now = timezone.now()
    shown = _phone_cookie(request)
    if shown is None or str(shown[0]) != request.session.get(sessions.DEVICE):
        return _back_to_login(request, why="phone", end=SignInEnd.DEVICE_REVOKED, now=now)
    form = forms.PinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = devices.check_pin(
            actor=signed_in(request), device_id=shown[0], secret=shown[1], pin=form.cleaned_data["pin"], now=now
        )
        if answer.opened:
            _renew_key(request)
            sessions.prove(request.session, now=now)
            return redirect("resume" if sessions.held_form(request) else next_page(request))
        if not answer.left:
            return _back_to_login(request, why="pin", end=SignInEnd.DEVICE_REVOKED, now=now)
        form.add_error("pin", f"PIN 不对，还可以试 {answer.left} 次。")
    return show(
        request,
        "accounts/lock.html",
        title="请输入 PIN",
        form=form,
        next=next_page(request),
        user=AnonymousUser(),  # a locked page names nobody and leads nowhere
        status=200 if request.method == "GET" else 422,
    )


def _back_to_login(request: HttpRequest, *, why: str, end: SignInEnd, now: datetime) -> HttpResponse:
    """End the session but keep the form for its owner's next login."""
    held, way = request.session.get(sessions.HELD), next_page(request)
    _leave(request, why=end, now=now)
    if held:
        request.session[sessions.HELD] = held
    response = redirect(f"{navigation.address('login')}?{urlencode({'why': why, 'next': way})}")
    response.delete_cookie(DEVICE_COOKIE, samesite="Lax")
    return response


def _leave(request: HttpRequest, *, why: SignInEnd, now: datetime) -> None:
    """End this session. The person stays the actor, although the request forgets who it was."""
    person, sign_in = request.user, request.session.get(sessions.SIGN_IN)
    if sign_in and person.is_authenticated:
        sign_ins.end_sign_in(actor=person, sign_in_id=sign_in, why=why, now=now)
    auth.logout(request)


def _renew_key(request: HttpRequest) -> None:
    request.session.cycle_key()
    if sign_in := request.session.get(sessions.SIGN_IN):
        sign_ins.follow_session(
            actor=signed_in(request), sign_in_id=sign_in, session_key=request.session.session_key or ""
        )


@login_not_required
@sessions.works_while_locked
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out here. The phone stays trusted; that is undone in 我的."""
    _leave(request, why=SignInEnd.SIGNED_OUT, now=timezone.now())
    return redirect(f"{navigation.address('login')}?why=out")


@sessions.works_before_new_password
@never_cache
@sensitive_post_parameters("password", "pin")
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Before voting, signing and dangerous changes: the password, or the PIN on a trusted phone, once more."""
    now = timezone.now()
    shown = _phone_cookie(request)
    by_pin = shown is not None and str(shown[0]) == request.session.get(sessions.DEVICE)
    form: Form = (forms.PinForm if by_pin else forms.ConfirmForm)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if by_pin and shown:
            answer = devices.check_pin(
                actor=signed_in(request), device_id=shown[0], secret=shown[1], pin=form.cleaned_data["pin"], now=now
            )
            if not answer.opened and not answer.left:
                return _back_to_login(request, why="pin", end=SignInEnd.DEVICE_REVOKED, now=now)
            proved, wrong = answer.opened, f"PIN 不对，还可以试 {answer.left} 次。"
        else:
            password = form.cleaned_data["password"]
            proved = bool(auth.authenticate(request, username=request.user.username, password=password))
            wrong = "密码不对。"
        if proved:
            sessions.prove(request.session, now=now)
            return redirect("resume" if sessions.held_form(request) else next_page(request))
        form.add_error("pin" if by_pin else "password", wrong)
    return show(
        request,
        "accounts/confirm.html",
        title="再确认一次是您本人",
        form=form,
        next=next_page(request),
        status=200 if request.method == "GET" else 422,
    )


@never_cache
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """What a person had sent when the session was locked: send it now, or drop it (POST)."""
    held = sessions.held_form(request)
    if held is None:
        return redirect(navigation.address("workbench") or navigation.address("me"))
    if request.method == "POST":
        sessions.forget_form(request.session)
        return redirect(navigation.address("workbench") or navigation.address("me"))
    fields = [(name, value) for name, values in held["fields"].items() for value in values]
    shown = [(name, value) for name, value in fields if value.strip() and name not in ("form_key", "next")]
    return show(request, "accounts/resume.html", title="您刚才填的内容还在", held=held, fields=fields, shown=shown)


@sessions.works_before_new_password
@never_cache
@sensitive_post_parameters("current", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password. The old one is asked for through the lock, so guessing it here is counted too."""
    form = forms.PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        current, new = form.cleaned_data["current"], form.cleaned_data["new"]
        now = timezone.now()
        if auth.authenticate(request, username=request.user.username, password=current) is None:
            form.add_error("current", "原密码不对。")
        else:
            try:
                person = accounts.change_own_password(
                    actor=signed_in(request),
                    current=current,
                    new=new,
                    session_key=request.session.session_key,
                    now=now,
                )
            except DomainError as refusal:
                pages.place_errors(form, refusal)
            else:
                return _after_new_password(request, person, now)
    return show(
        request,
        "accounts/password.html",
        title="修改密码",
        form=form,
        first=signed_in(request).must_change_password,
        status=200 if request.method == "GET" else 422,
    )


def _after_new_password(request: HttpRequest, person, now: datetime) -> HttpResponse:
    auth.update_session_auth_hash(request, person)
    request.session.pop(sessions.DEVICE, None)
    request.session.set_expiry(0)
    sessions.prove(request.session, now=now)
    _renew_key(request)
    done(request, "密码已修改，其他地方的登录都已退出。", next_step="受信任的手机要重新信任。")
    return redirect("resume" if sessions.held_form(request) else "me")


# Shared by the pages of accounts.


def signed_in(request: HttpRequest) -> Any:
    """The person of this session; the middleware lets nobody else get here."""
    return request.user


def done(request: HttpRequest, happened: str, *, next_step: str = "") -> None:
    """What the next page says first: what happened, and what comes next."""
    pages.confirm(request, Confirmation(happened, next_step=next_step))


def next_page(request: HttpRequest) -> str:
    """The page to go on to, on this site only; the workbench otherwise."""
    home = navigation.address("workbench") or navigation.address("me")
    return pages.safe_next(request, request.POST.get("next") or request.GET.get("next") or "", home)


def show(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, template, context, status=status)
