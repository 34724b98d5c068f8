"""Bases of the pages: a login with a post, refusals in the look of the product, forms that may arrive twice.

A page parses, makes one selector call or one service call, and shows the answer. Scripts (static/js/drafts.js) send
forms with ``X-Form: 1`` and read the way on from ``X-Location``; without scripts the same page redirects.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from kit import confirmations, constraints, drafts, idempotency, keyset, navigation, refusals
from kit.api import pagination
from kit.api.errors import BadParameter
from kit.calendar import day_of
from kit.components import Confirmation, Crumb, Pages
from kit.errors import DomainError, Forbidden
from kit.ids import new_id
from kit.scoping import standing_of
from kit.sessions import FreshLoginNeeded


@dataclass(frozen=True)
class Done:
    """Where to go after an action, and the answer to show there."""

    href: str
    confirmation: Confirmation | None = None


def as_refusal(error: DatabaseError) -> DomainError | None:
    """What the database's last word means to a person; None for a fault of our own, which stays one."""
    if isinstance(error, IntegrityError):
        if known := constraints.refusal(error):
            return known
        if getattr(error.__cause__, "sqlstate", "") in ("23505", "23P01"):
            return DomainError("conflict", "与刚刚保存的另一条记录冲突，请刷新后再看。")
    if isinstance(error, DataError):
        return DomainError("out_of_range", "有一项内容超出了可以保存的范围。", status=422)
    return None


def from_script(request: HttpRequest) -> bool:
    """Sent by our own script, which follows ``X-Location`` itself."""
    return request.headers.get("X-Form") == "1"


def safe_next(request: HttpRequest, address: str, otherwise: str = "/") -> str:
    """``address`` if it stays on this very site, else ``otherwise``."""
    inside = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if inside else otherwise


def confirm(request: HttpRequest, confirmation: Confirmation) -> None:
    """Show this on the next page, once."""
    confirmations.carry(request, confirmations.plain(confirmation))


class Page(View):
    """A page behind the login. ``needs_post``: without any posting there is nothing to see (no posting → none)."""

    template_name = ""
    fragment_name = ""
    title = ""
    lead = ""
    needs_login = True
    needs_post = True

    @classmethod
    def as_view(cls, **initkwargs: Any):
        view = super().as_view(**initkwargs)
        # ``dispatch`` asks for the login itself, and differently from a script; the middleware need not.
        view.login_required = False  # type: ignore[attr-defined]  # a mark
        return view

    @property
    def now(self) -> datetime:
        """The instant of this request, one for all of it."""
        if not hasattr(self, "_now"):
            self._now = timezone.now()
        return self._now

    @property
    def today(self) -> date:
        """The day of this request in Asia/Shanghai; ``now`` itself is in UTC, where it is still yesterday at seven."""
        return day_of(self.now)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.needs_login and not request.user.is_authenticated:
            response: HttpResponseBase = self.ask_login()
        else:
            try:
                if self.needs_login and self.needs_post and not standing_of(request.user).posts:
                    raise Forbidden(
                        "您的账号还没有任职，看不到任何业务内容。请联系乡镇组织委员登记任职。", code="no_post"
                    )
                response = super().dispatch(request, *args, **kwargs)
            except FreshLoginNeeded:
                raise  # the middleware leads to the confirmation, and back with the form
            except DomainError as error:
                response = self.refuse(error)
            except (IntegrityError, DataError) as error:
                if (refusal := as_refusal(error)) is None:
                    raise
                response = self.refuse(refusal)
        return self.lead_on(response)

    def ask_login(self) -> HttpResponse:
        """To the login and back here; a script is told by 401 and keeps what was typed."""
        if from_script(self.request):
            return HttpResponse(status=401)
        login = resolve_url(settings.LOGIN_URL)
        return HttpResponseRedirect(f"{login}?{urlencode({'next': self.request.get_full_path()})}")

    def refuse(self, error: DomainError) -> HttpResponse:
        """A refusal of the domain as a page, with its status and its sentence."""
        back = self.request.path if self.request.method == "POST" else ""
        return refusals.show(self.request, refusals.refusal(error.status, error.message, back=back))

    def lead_on(self, response: HttpResponseBase) -> HttpResponseBase:
        """For a script, a redirect becomes an address in a header: the page is then loaded once, not twice."""
        if from_script(self.request) and isinstance(response, HttpResponseRedirect):
            return HttpResponse(status=204, headers={"X-Location": response.url})
        return response

    def crumbs(self) -> Sequence[Crumb]:
        """The way here, without this page itself."""
        home = navigation.address("workbench")
        return [Crumb("工作台", home)] if home and self.request.path != home else []

    def context(self) -> dict[str, Any]:
        """What the template shows beyond title, lead and crumbs. One selector call."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show()

    def show(self, *, status: int = 200, **more: Any) -> HttpResponse:
        """Draw the page, or only its fragment for htmx."""
        given = {"title": self.title, "lead": self.lead, "crumbs": self.crumbs(), **self.context(), **more}
        fragment = self.fragment_name and getattr(self.request, "htmx", False)
        return render(self.request, self.fragment_name if fragment else self.template_name, given, status=status)


class ListPage(Page):
    """A register by keyset pages of 50 (``?limit=20|50|100|200``): page 4,000 costs what page 1 costs.

    ``ordering`` runs one way and ends in a unique column; the template gets ``rows`` (dicts of ``columns``) and
    ``pages`` for ``components/pager.html``.
    """

    columns: Sequence[str] = ()
    ordering: Sequence[str] = ("-id",)
    limit = "50"

    def rows(self) -> QuerySet:
        """One selector call: the scoped queryset, filtered by what the address asks."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        purpose = f"page:{request.path}:{','.join(self.ordering)}"
        given = request.GET.get("cursor")
        try:
            limit = pagination.read_limit(request.GET.get("limit", self.limit))
            cursor = pagination.read_cursor(given or None, ordering=self.ordering, purpose=purpose)
        except BadParameter as error:
            raise DomainError("bad_parameter", str(error.detail), status=400) from error
        found = keyset.paginate(
            self.rows(),
            columns=self.columns,
            ordering=self.ordering,
            limit=limit,
            cursor=cursor,
            write=lambda values, back: keyset.write_cursor(values, back=back, purpose=purpose),
        )
        pages = Pages(previous=self._at(found.previous), next=self._at(found.next), shown=len(found.rows))
        return self.show(rows=found.rows, pages=pages)

    def _at(self, cursor: str | None) -> str:
        """The same list from another row on, its filters kept."""
        if not cursor:
            return ""
        query = self.request.GET.copy()
        query["cursor"] = cursor
        return f"{self.request.path}?{query.urlencode()}"


def place_errors(form: forms.Form, error: DomainError) -> None:
    """Put a refusal's sentences beside their fields; what belongs to no field of this form stands above it."""
    loose = []
    for name, sentences in error.errors.items():
        if name in form.fields and not form.fields[name].widget.is_hidden:
            form.add_error(name, sentences)
        else:
            loose += sentences
    if loose or not error.errors:
        form.add_error(None, loose or [error.message])


class FormPage(Page):
    """A form and its one verb. GET shows it, POST calls ``act`` at most once per form key.

    ``draft_name``: what is typed is kept on the device and here; a second submit button named ``keep`` is 暂存.
    """

    template_name = "form_page.html"
    form_class: type[forms.Form] = forms.Form
    button = "提交"
    draft_name = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.draft_name:
            drafts.declare(cls.draft_name)

    def act(self, form: forms.Form) -> Done:
        """One service call with the cleaned data."""
        raise NotImplementedError

    def initial(self) -> dict[str, Any]:
        return {}

    def draft_subject(self) -> str:
        """Which of several forms of this name; the address's own identifiers unless told otherwise."""
        return "/".join(str(value) for _, value in sorted(self.kwargs.items()))

    def form(self, data: Any = None, files: Any = None, **kwargs: Any) -> forms.Form:
        kwargs.setdefault("initial", self.initial())
        return self.form_class(data, files, use_required_attribute=False, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = self._draft()
        return self.show_form(self.form(initial=self.initial() | (kept.initial() if kept else {})), kept=kept)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "keep" in request.POST and self.draft_name:
            return self._keep()
        key = request.POST.get("form_key", "")
        if not idempotency.is_key(key):
            raise DomainError("form_key_missing", "这个页面不完整，请刷新后再交。", status=400)
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show_form(form, key=key, status=422)
        try:
            answer = idempotency.run_once(
                person=self.owner(), key=key, fingerprint=self._fingerprint(), now=self.now, fn=lambda: self.run(form)
            )
        except idempotency.KeyReused as error:
            form.add_error(None, "这份表单刚才已经提交过，现在内容不同。确实要另报一份的，请再点一次提交。")
            return self.show_form(form, key=str(new_id()), status=error.status)
        except DomainError as error:
            if error.status in (403, 404):
                raise
            return self._refused(form, error, key)
        except (IntegrityError, DataError) as error:
            # Two at once: the constraint decided, and whoever came second hears it at the field.
            if (refusal := as_refusal(error)) is None:
                raise
            return self._refused(form, refusal, key)
        return self.answered(answer)

    def owner(self) -> Any:
        """Whose form key it is."""
        return self.request.user

    def answered(self, answer: idempotency.Answer) -> HttpResponse:
        """What is shown after the act, also when the form came again."""
        confirmations.carry(self.request, answer.body["confirmation"])
        return HttpResponseRedirect(answer.body["href"])

    def _refused(self, form: forms.Form, error: DomainError, key: str) -> HttpResponse:
        place_errors(form, error)
        return self.show_form(form, key=key, status=error.status)

    def run(self, form: forms.Form) -> idempotency.Answer:
        """Act, and put the answer into plain values that are kept with the key."""
        done = self.act(form)
        if self.draft_name:
            drafts.forget(person=self.request.user, form=self.draft_name, subject=self.draft_subject())
        return idempotency.Answer(303, {"href": done.href, "confirmation": confirmations.plain(done.confirmation)})

    def _fingerprint(self) -> str:
        content = {name: values for name, values in self.request.POST.lists() if name not in drafts.SECRET}
        for name, files in self.request.FILES.lists():
            content[f"file:{name}"] = [hashlib.sha256(b"".join(file.chunks())).hexdigest() for file in files]
            for file in files:
                file.seek(0)  # read to its end; the service reads it once more
        return idempotency.fingerprint("POST", self.request.get_full_path(), content)

    def _draft(self) -> drafts.Draft | None:
        if not self.draft_name:
            return None
        return drafts.read(person=self.request.user, form=self.draft_name, subject=self.draft_subject(), now=self.now)

    def _keep(self) -> HttpResponse:
        pairs = [(name, value) for name, values in self.request.POST.lists() for value in values if name != "keep"]
        drafts.save(
            person=self.request.user, form=self.draft_name, subject=self.draft_subject(), fields=pairs, now=self.now
        )
        confirm(self.request, Confirmation("已暂存，还没有提交", next_step="下次打开这个页面接着填，30 天内有效。"))
        return HttpResponseRedirect(self.request.get_full_path())

    def show_form(
        self, form: forms.Form, *, key: str = "", status: int = 200, kept: drafts.Draft | None = None
    ) -> HttpResponse:
        form.form_key = key or str(new_id())  # type: ignore[attr-defined]  # read by {% form_key form %}
        draft = None
        if self.draft_name:
            subject = self.draft_subject()
            draft = {
                "name": self.draft_name,
                "subject": subject,
                "url": f"{reverse('draft', args=[self.draft_name])}?{urlencode({'subject': subject})}",
                "saved_at": kept.saved_at if kept else None,
            }
        return self.show(status=status, form=form, button=self.button, draft=draft)


class ReasonForm(forms.Form):
    """A verb that needs a reason."""

    reason = forms.CharField(
        label="意见",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="对方会看到这段话，请写清原因。",
    )


class ActionPage(FormPage):
    """One verb on one row as a plain page: the question, and the reason where the verb needs one (退回须填意见)."""

    template_name = "action_page.html"
    question = ""
    danger = False
    needs_reason = False

    @property
    def form_class(self) -> type[forms.Form]:  # type: ignore[override]  # chosen by needs_reason
        return ReasonForm if self.needs_reason else forms.Form

    def back(self) -> str:
        """Where 不办了 leads."""
        return navigation.address("workbench") or "/"

    def context(self) -> dict[str, Any]:
        return {"question": self.question, "danger": self.danger, "back": self.back()}
