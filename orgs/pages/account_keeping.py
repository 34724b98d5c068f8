"""账号管理 for the system administrator, second factors for the security administrator, sign-ins for the audit."""

from collections.abc import Callable
from uuid import UUID

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kit import navigation, policies, sessions
from kit.components import Crumb, Pages
from kit.errors import DomainError, Forbidden
from kit.pages import place_errors
from orgs.pages import account_forms as forms
from orgs.pages.accounts import done
from orgs.selectors import accounts as reads
from orgs.services import accounts, second_factor

PER_PAGE = 50

# verb in the address → policy verb, words on the button, form, dangerous
STEPS: dict[str, tuple[str, str, type[Form], bool]] = {
    "open": ("account.open", "开通账号", forms.OpenAccountForm, False),
    "unlock": ("account.unlock", "解锁", Form, False),
    "reset": ("account.reset_password", "重置密码", Form, False),
    "enable": ("account.enable", "启用账号", Form, False),
    "disable": ("account.disable", "停用账号", forms.ReasonForm, True),
    "second-factor": ("account.reset_totp", "重置动态口令", forms.ReasonForm, True),
}


def _pages(request: HttpRequest, rows, per_page: int = PER_PAGE) -> tuple[list, Pages]:
    page = Paginator(rows, per_page).get_page(request.GET.get("page"))
    query = request.GET.copy()

    def address(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return list(page), Pages(
        previous=address(page.number - 1) if page.has_previous() else "",
        next=address(page.number + 1) if page.has_next() else "",
        count=str(page.paginator.count),
        shown=len(page),
    )


@never_cache
@require_GET
def account_list(request: HttpRequest) -> HttpResponse:
    """People of the district with the state of their account; searched by name, initials, unit or login name."""
    if not reads.keeps_accounts(request.user):
        raise Forbidden
    search, state = request.GET.get("search", "").strip()[:40], request.GET.get("state", "")
    now = timezone.now()
    rows, pages = _pages(request, reads.people_with_accounts(request.user, search=search, state=state, now=now))
    locked = reads.locked_names(now=now)
    return render(
        request,
        "accounts/list.html",
        {
            "title": "账号管理",
            "people": [(person, *reads.account_light(person, locked)) for person in rows],
            "pages": pages,
            "search": search,
            "state": state,
            "states": reads.ACCOUNT_STATES,
            "crumbs": [Crumb("我的", navigation.address("me"))],
        },
    )


def _person(request: HttpRequest, pk: UUID):
    person = reads.person_in_reach(request.user, pk) if reads.keeps_accounts(request.user) else None
    if person is None:
        raise Http404
    return person


@never_cache
@require_GET
def account(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One account and what may be done with it now."""
    return _show(request, _person(request, pk))


@never_cache
@require_POST
def account_step(request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
    """Open, unlock, reset, enable, disable, take a second factor away."""
    if step not in STEPS:
        raise Http404
    person = _person(request, pk)
    # A browser left open must not open accounts.
    sessions.require_fresh_login(request, reads.FRESH)
    form = STEPS[step][2](request.POST)
    if form.is_valid():
        try:
            return _DO[step](request, person, form)
        except DomainError as refusal:
            if not refusal.errors:
                raise
            place_errors(form, refusal)
    return _show(request, person, wrong=(step, form), status=422)


def _show(request: HttpRequest, person, *, wrong: tuple[str, Form] | None = None, status: int = 200) -> HttpResponse:
    now = timezone.now()
    locked = reads.locked_names(now=now)
    possible = reads.possible_steps(person, locked)
    steps = [
        {
            "step": step,
            "label": label,
            "danger": danger,
            "form": wrong[1] if wrong and wrong[0] == step else make(auto_id=f"{step}_%s"),
        }
        for step, (verb, label, make, danger) in STEPS.items()
        if step in possible and policies.allows(request.user, verb, person)
    ]
    colour, word = reads.account_light(person, locked)
    used = reads.last_used(person)
    return render(
        request,
        "accounts/account.html",
        {
            "title": person.name,
            "person": person,
            "colour": colour,
            "word": word,
            "about": [
                ("所在单位", person.organization.name),
                ("登录名", person.username or "未开通"),
                ("最近登录", f"{timezone.localtime(used):%Y年%-m月%-d日 %H:%M}" if used else "没有登录过"),
                ("动态口令", "已启用" if reads.has_second_factor(person) else "未启用"),
            ],
            "steps": steps,
            "crumbs": [Crumb("我的", navigation.address("me")), Crumb("账号管理", navigation.address("accounts"))],
        },
        status=status,
    )


def _handed_out(request: HttpRequest, person, password: str, what: str) -> HttpResponse:
    """The one page that ever shows this password."""
    return render(
        request,
        "accounts/handed_out.html",
        {
            "title": what,
            "person": person,
            "password": password,
            "hours": int(reads.limits_for(person, timezone.now()).temporary_password.total_seconds() // 3600),
            "crumbs": [Crumb("我的", navigation.address("me")), Crumb("账号管理", navigation.address("accounts"))],
        },
    )


def _open(request: HttpRequest, person, form: Form) -> HttpResponse:
    password = accounts.open_account(
        actor=request.user, person=person, username=form.cleaned_data["username"], now=timezone.now()
    )
    person.refresh_from_db()
    return _handed_out(request, person, password, f"已为{person.name}开通账号")


def _reset(request: HttpRequest, person, form: Form) -> HttpResponse:
    password = accounts.reset_password(actor=request.user, person=person, now=timezone.now())
    return _handed_out(request, person, password, f"已重置{person.name}的密码")


def _unlock(request: HttpRequest, person, form: Form) -> HttpResponse:
    accounts.unlock_account(actor=request.user, person=person, now=timezone.now())
    return _back(request, person, f"已解锁{person.name}的账号，现在可以登录。")


def _enable(request: HttpRequest, person, form: Form) -> HttpResponse:
    accounts.enable_account(actor=request.user, person=person, now=timezone.now())
    return _back(request, person, f"已启用{person.name}的账号。", "密码忘了的，再重置一次密码。")


def _disable(request: HttpRequest, person, form: Form) -> HttpResponse:
    accounts.disable_account(actor=request.user, person=person, reason=form.cleaned_data["reason"], now=timezone.now())
    return _back(
        request, person, f"已停用{person.name}的账号，正在使用的登录都已退出。", "任职请由其单位的管理部门办理免职。"
    )


def _reset_second_factor(request: HttpRequest, person, form: Form) -> HttpResponse:
    second_factor.reset_second_factor(
        actor=request.user, person=person, reason=form.cleaned_data["reason"], now=timezone.now()
    )
    return _back(request, person, f"已重置{person.name}的动态口令。", "本人下次登录时重新登记。")


_DO: dict[str, Callable[[HttpRequest, object, Form], HttpResponse]] = {
    "open": _open,
    "unlock": _unlock,
    "reset": _reset,
    "enable": _enable,
    "disable": _disable,
    "second-factor": _reset_second_factor,
}


def _back(request: HttpRequest, person, happened: str, next_step: str = "") -> HttpResponse:
    done(request, happened, next_step=next_step)
    return redirect("account", pk=person.pk)


@never_cache
@require_GET
def sign_in_list(request: HttpRequest) -> HttpResponse:
    """登录记录 for the audit administrator: who, from where, until when. Nothing is counted or compared."""
    if not reads.reads_logs(request.user):
        raise Forbidden
    search = request.GET.get("search", "").strip()[:40]
    rows, pages = _pages(request, reads.sign_ins(request.user, search=search))
    return render(
        request,
        "accounts/sign_ins.html",
        {
            "title": "登录记录",
            "rows": rows,
            "pages": pages,
            "search": search,
            "crumbs": [Crumb("我的", navigation.address("me"))],
        },
    )
