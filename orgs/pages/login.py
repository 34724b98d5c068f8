"""Login: name and password, the second step, the first enrolment, and what axes asks for."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from kit import navigation, sessions
from kit.errors import DomainError
from kit.pages import place_errors
from orgs import rules
from orgs.choices import SignInEnd
from orgs.pages import account_forms as forms
from orgs.pages.accounts import known_phone, next_page, show
from orgs.selectors import accounts as reads
from orgs.services import second_factor, sign_ins

BACKEND = "django.contrib.auth.backends.ModelBackend"
PENDING = "pending_login"
PENDING_FOR = timedelta(minutes=5)

WRONG = "登录名或密码不对。请看清大小写；忘记密码请联系系统管理员重置。"
EXPIRED = "临时密码已过期，请联系系统管理员重新发放。"
WHY = {
    SignInEnd.IDLE: "离开的时间长了，为了安全请重新登录。没有交的内容登录后还在。",
    SignInEnd.OVER: "管理员一次登录的时间已满，请重新登录。",
    "pin": "PIN 连续输错，这台手机的信任已解除，请用密码登录。",
    "phone": "这台手机的信任已到期或已解除，请用密码登录。",
    "step": "第二步等得太久，请重新输入密码。",
    "out": "您已退出。",
}


# What axes asks for (lianCun/settings.py).


def wrong_passwords(request: HttpRequest, credentials: Any) -> int:
    """After how many wrong passwords a name is locked for an address."""
    return reads.limits(timezone.localdate()).wrong_passwords


def lock_time(request: HttpRequest | None) -> timedelta:
    """For how long."""
    return reads.limits(timezone.localdate()).lock


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: Any) -> HttpResponse:
    """429: the same page and sentence for a name that exists and one that does not."""
    limits = reads.limits(timezone.localdate())
    minutes = int(limits.lock.total_seconds() // 60)
    sentence = (
        f"连续 {limits.wrong_passwords} 次没有输对，这个登录名在您现在的网络上已锁定 {minutes} 分钟。"
        f"请过 {minutes} 分钟再试，或者请系统管理员解锁。"
    )
    answer = show(request, "accounts/locked.html", title="登录已锁定", sentence=sentence, status=429)
    answer["Retry-After"] = str(int(limits.lock.total_seconds()))
    return answer


# Login.


@login_not_required
@sessions.works_while_locked
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Name and password; then the second step for whoever needs one."""
    if request.user.is_authenticated and not request.session.get(sessions.LOCKED):
        return redirect(next_page(request))
    form = forms.LoginForm(request.POST if request.method == "POST" else None)
    if not rules.is_phone(request.headers.get("User-Agent", "")):
        # A computer in the office is not one person's own.
        del form.fields["trust"]
    if request.method == "POST" and form.is_valid():
        # One form of the name, so that neither the lock nor the account depends on how it is typed.
        name = rules.login_name(form.cleaned_data["username"])
        now = timezone.now()
        person = auth.authenticate(request, username=name, password=form.cleaned_data["password"])
        if person is None:
            form.add_error(None, WRONG)
        elif person.temporary_password_until and person.temporary_password_until <= now:
            form.add_error(None, EXPIRED)
        elif reads.has_second_factor(person) or (settings.REQUIRE_SECOND_FACTOR and reads.needs_second_factor(person)):
            return _ask_second_step(request, person, trust=form.cleaned_data.get("trust", False), now=now)
        else:
            return _enter(request, person, trust=form.cleaned_data.get("trust", False), by_factor=False, now=now)
    return show(
        request,
        "accounts/login.html",
        title="登录",
        form=form,
        why=WHY.get(request.GET.get("why", ""), ""),
        next=next_page(request),
        status=200 if request.method == "GET" else 422,
    )


def _ask_second_step(request: HttpRequest, person, *, trust: bool, now: datetime) -> HttpResponse:
    # A new key: whoever knew the old one must not stand beside the second step.
    request.session.cycle_key()
    request.session[PENDING] = {
        "person": str(person.pk),
        "at": int(now.timestamp()),
        "trust": trust,
        "next": next_page(request),
    }
    if reads.has_second_factor(person):
        return redirect("login-second-step")
    second_factor.begin_second_factor(actor=person, now=now)
    return redirect("login-enrol")


def _pending(request: HttpRequest, now: datetime):
    """(person, trust, next) of a half-finished login, or None when there is none or it waited too long."""
    pending = request.session.get(PENDING)
    if not pending or not 0 <= now.timestamp() - pending["at"] <= PENDING_FOR.total_seconds():
        return None
    person = reads.login_person(pending["person"])
    return (person, pending["trust"], pending["next"]) if person else None


@login_not_required
@sessions.works_while_locked
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The TOTP code or a recovery code. A wrong one counts like a wrong password."""
    now = timezone.now()
    pending = _pending(request, now)
    if pending is None:
        return redirect(f"{navigation.address('login')}?why=step")
    person, trust, way = pending
    form = forms.CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = second_factor.check_second_factor(actor=person, code=form.cleaned_data["code"], now=now)
        if answer.accepted:
            return _enter(request, person, trust=trust, by_factor=True, now=now, way=way)
        user_login_failed.send(__name__, credentials={"username": person.username}, request=request)
        if getattr(request, "axes_locked_out", False):
            # The password must be typed again, and the lock refuses it.
            request.session.pop(PENDING)
        form.add_error(
            "code",
            "动态口令连续输错多次，请输一个备用码，或者请安全管理员重置。"
            if answer.spent
            else "动态口令不对，或者这一个已经用过。请等下一个数字出来再输。",
        )
    return show(
        request,
        "accounts/second_step.html",
        title="输入动态口令",
        form=form,
        status=200 if request.method == "GET" else 422,
    )


@login_not_required
@sessions.works_while_locked
@never_cache
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """First login of somebody who needs the second factor: scan, type the first code, keep the recovery codes."""
    now = timezone.now()
    pending = _pending(request, now)
    if pending is None:
        return redirect(f"{navigation.address('login')}?why=step")
    person, trust, way = pending
    try:
        enrolment = second_factor.begin_second_factor(actor=person, now=now)
    except DomainError:
        return redirect("login-second-step")
    form = forms.EnrolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_factor.confirm_second_factor(actor=person, code=form.cleaned_data["code"], now=now)
        except DomainError as refusal:
            place_errors(form, refusal)
        else:
            entered = _enter(request, person, trust=trust, by_factor=True, now=now, way=way)
            return show(request, "accounts/recovery_codes.html", title="请保存备用码", codes=codes, way=entered.url)
    return show(
        request,
        "accounts/enrol.html",
        title="登记动态口令",
        form=form,
        enrolment=enrolment,
        qr=navigation.address("login-enrol-qr"),
        status=200 if request.method == "GET" else 422,
    )


@login_not_required
@sessions.works_while_locked
@never_cache
@require_GET
def enrol_qr(request: HttpRequest) -> HttpResponse:
    """The QR code of the secret that is being enrolled, for this half-finished login only."""
    now = timezone.now()
    pending = _pending(request, now)
    if pending is None:
        raise Http404
    return qr_code(pending[0], now)


def qr_code(person, now: datetime) -> HttpResponse:
    """SVG of the unconfirmed secret; 404 when the second factor stands already."""
    try:
        enrolment = second_factor.begin_second_factor(actor=person, now=now)
    except DomainError:
        raise Http404 from None
    picture = BytesIO()
    segno.make(enrolment.uri, error="m").save(picture, kind="svg", scale=5, border=3, xmldecl=False, light="#fff")
    return HttpResponse(
        picture.getvalue(),
        content_type="image/svg+xml",
        headers={"Content-Disposition": "inline", "X-Content-Type-Options": "nosniff"},
    )


def _enter(
    request: HttpRequest, person, *, trust: bool, by_factor: bool, now: datetime, way: str | None = None
) -> HttpResponseRedirect:
    """Sign in: a new session key, the list of sign-ins, the limits of this kind of person."""
    way = way or next_page(request)
    limits = reads.limits_for(person, now)
    request.session.pop(PENDING, None)
    request.session.pop(sessions.LOCKED, None)
    auth.login(request, person, backend=BACKEND)
    device = known_phone(request, person, now)
    sign_in = sign_ins.open_sign_in(
        actor=person,
        session_key=request.session.session_key or "",
        address=sessions.client_address(request),
        browser=rules.browser_label(request.headers.get("User-Agent", "")),
        device=device,
        now=now,
    )
    administrator = reads.is_administrator(person)
    sessions.begin(
        request.session,
        now=now,
        sign_in=sign_in.pk,
        district=person.organization.path.split("/", 1)[0] + "/",
        ends_at=now + limits.administrator if administrator else None,
        second_factor=by_factor,
    )
    if device:
        request.session[sessions.DEVICE] = str(device.pk)
        request.session.set_expiry(device.trusted_until)
    else:
        request.session.set_expiry(0)
    if person.must_change_password:
        return redirect("password-change")
    if trust and not device and not administrator:
        return redirect(f"{navigation.address('trust-phone')}?{urlencode({'next': way})}")
    return redirect("resume" if sessions.held_form(request) else way)
