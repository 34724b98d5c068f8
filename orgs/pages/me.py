"""我的: who I am, where I am signed in, my trusted phones, my second factor."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kit import navigation, sessions
from kit.components import Crumb
from kit.errors import DomainError
from kit.pages import place_errors
from orgs import rules
from orgs.pages import account_forms as forms
from orgs.pages.accounts import done, next_page, remember_phone, signed_in
from orgs.pages.login import qr_code
from orgs.selectors import accounts as reads
from orgs.services import devices, second_factor, sign_ins


def _crumbs() -> list[Crumb]:
    return [Crumb("我的", navigation.address("me"))]


@never_cache
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Everything about one's own login on one page."""
    now = timezone.now()
    person = signed_in(request)
    needed = settings.REQUIRE_SECOND_FACTOR and reads.needs_second_factor(person)
    return render(
        request,
        "accounts/me.html",
        {
            "title": "我的",
            "who": [
                ("姓名", person.name),
                ("所在单位", person.organization.name),
                ("党内职务", person.party_post or "—"),
                ("工作电话", person.work_phone or "—"),
                ("登录名", person.username),
            ],
            "postings": reads.own_postings(person, on=timezone.localdate()),
            "sessions": reads.open_sessions(person, now=now),
            "this_session": request.session.get(sessions.SIGN_IN, ""),
            "phones": reads.trusted_devices(person, now=now),
            "this_phone": request.session.get(sessions.DEVICE, ""),
            "may_trust": not reads.is_administrator(person),
            "on_phone": rules.is_phone(request.headers.get("User-Agent", "")),
            "second_factor": reads.has_second_factor(person),
            "second_factor_needed": needed,
            "codes_left": reads.recovery_codes_left(person),
            "tokens_url": navigation.address("tokens"),
            "accounts_url": navigation.address("accounts") if reads.keeps_accounts(person) else "",
            "sign_ins_url": navigation.address("sign-ins") if reads.reads_logs(person) else "",
        },
    )


@never_cache
@sensitive_post_parameters("pin", "again")
@require_http_methods(["GET", "POST"])
def trust_phone(request: HttpRequest) -> HttpResponse:
    """Set a PIN for this phone. Asks for the password first, unless it was typed just now."""
    sessions.require_fresh_login(request, reads.FRESH)
    form = forms.TrustForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            phone = devices.trust_device(
                actor=signed_in(request),
                pin=form.cleaned_data["pin"],
                label=form.cleaned_data["label"],
                now=timezone.now(),
            )
        except DomainError as refusal:
            place_errors(form, refusal)
        else:
            if sign_in := request.session.get(sessions.SIGN_IN):
                sign_ins.follow_session(
                    actor=signed_in(request),
                    sign_in_id=sign_in,
                    session_key=request.session.session_key or "",
                    device=phone.device,
                )
            done(request, f"已信任这台手机，到 {timezone.localtime(phone.device.trusted_until):%-m月%-d日} 为止。")
            return remember_phone(request, redirect(next_page(request)), phone)
    return render(
        request,
        "accounts/trust.html",
        {"title": "信任这台手机", "form": form, "next": next_page(request), "crumbs": _crumbs()},
        status=200 if request.method == "GET" else 422,
    )


@require_POST
def revoke_phone(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop trusting a phone; its sessions end. This very phone stays signed in only if it is another one."""
    devices.revoke_device(actor=signed_in(request), device_id=pk, now=timezone.now())
    if request.session.get(sessions.DEVICE) == str(pk):
        request.session.flush()
        return redirect(f"{navigation.address('login')}?why=phone")
    done(request, "已解除信任，那台手机要重新输入密码。")
    return redirect("me")


@require_POST
def end_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End one of one's other sessions."""
    if str(pk) == request.session.get(sessions.SIGN_IN):
        raise Http404
    sign_ins.end_own_sign_ins(actor=signed_in(request), sign_in_id=pk, now=timezone.now())
    done(request, "已退出那一处登录。")
    return redirect("me")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all sessions but this one."""
    keep = request.session.get(sessions.SIGN_IN)
    ended = sign_ins.end_own_sign_ins(actor=signed_in(request), keep=keep, now=timezone.now())
    done(request, f"已退出其他 {ended} 处登录。" if ended else "没有其他登录。")
    return redirect("me")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def enrol_second_factor(request: HttpRequest) -> HttpResponse:
    """Switch the second factor on by one's own wish."""
    sessions.require_fresh_login(request, reads.FRESH)
    now = timezone.now()
    form = forms.EnrolForm(request.POST if request.method == "POST" else None)
    try:
        enrolment = second_factor.begin_second_factor(actor=signed_in(request), now=now)
        if request.method == "POST" and form.is_valid():
            codes = second_factor.confirm_second_factor(
                actor=signed_in(request), code=form.cleaned_data["code"], now=now
            )
            request.session[sessions.SECOND_FACTOR] = True
            return render(
                request,
                "accounts/recovery_codes.html",
                {"title": "请保存备用码", "codes": codes, "way": navigation.address("me"), "crumbs": _crumbs()},
            )
    except DomainError as refusal:
        if not refusal.errors:
            raise
        place_errors(form, refusal)
    return render(
        request,
        "accounts/enrol.html",
        {
            "title": "登记动态口令",
            "form": form,
            "enrolment": enrolment,
            "qr": navigation.address("second-factor-qr"),
            "crumbs": _crumbs(),
        },
        status=200 if request.method == "GET" else 422,
    )


@never_cache
@require_GET
def second_factor_qr(request: HttpRequest) -> HttpResponse:
    """The QR code of one's own unconfirmed secret."""
    sessions.require_fresh_login(request, reads.FRESH)
    return qr_code(signed_in(request), timezone.now())


@never_cache
@require_POST
def renew_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once."""
    sessions.require_fresh_login(request, reads.FRESH)
    codes = second_factor.renew_recovery_codes(actor=signed_in(request), now=timezone.now())
    return render(
        request,
        "accounts/recovery_codes.html",
        {"title": "请保存备用码", "codes": codes, "way": navigation.address("me"), "crumbs": _crumbs()},
    )
