"""Bases of the pages for anybody, without a login: counted by address, and nothing of the visitor is kept.

What a visitor hands in stands under nobody's name, also when somebody is signed in: the form key belongs to one owner
for all, the answer is drawn at once instead of being carried in a session, and the address is counted by a keyed
digest that is forgotten within two hours.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control

from kit import idempotency, navigation, refusals, sealing, throttling
from kit.components import Action, Crumb
from kit.errors import DomainError
from kit.ids import new_id
from kit.pages import FormPage, Page
from kit.sessions import client_address


@dataclass(frozen=True)
class _Anybody:
    """Whose form keys visitors use. Keys are random and given with the form, so nobody meets another's."""

    pk: UUID


ANYBODY = _Anybody(UUID("00000000-0000-7000-8000-000000000000"))

# Programs fill in every field they find; people do not see this one.
TRAP = "website"


def address_digest(request: HttpRequest) -> str:
    """Who asks, as far as counting needs it: a keyed digest of the address, of the network for IPv6."""
    address = client_address(request)
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        known = None
    if known is not None and known.version == 6:
        address = str(ipaddress.ip_network(f"{known}/64", strict=False))
    return sealing.fingerprint(address, purpose="visitor")[:32]


def too_many(request: HttpRequest, name: str) -> int:
    """Seconds to wait before writing again, 0 when one may. ``name``: what is counted, by minute and by hour."""
    who = address_digest(request)
    for minutes, rate in ((1, settings.PUBLIC_RATES[name]), (60, settings.PUBLIC_RATES[f"{name}_hour"])):
        hits, wait = throttling.count_in_database(f"{name}{minutes}:{who}", minutes=minutes)
        if hits > rate:
            return int(wait) + 1
    return 0


def tell_to_wait(response: HttpResponse, seconds: int) -> HttpResponse:
    response["Retry-After"] = str(seconds)
    return response


class ForAnybody(Page):
    """Open without a login; reads are counted by address in memory."""

    needs_login = needs_post = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        hits, wait = throttling.count_in_memory(f"v:{address_digest(request)}")
        if hits > settings.PUBLIC_RATES["read"]:
            refused = self.refuse(DomainError("throttled", "打开得太频繁了，请过一分钟再看。", status=429))
            return tell_to_wait(refused, int(wait) + 1)
        return super().dispatch(request, *args, **kwargs)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("公开栏", navigation.address("public-board"))]

    def refuse(self, error: DomainError) -> HttpResponse:
        """A visitor's way on is the board, not a workbench behind a login."""
        if self.request.user.is_authenticated:
            return super().refuse(error)
        advice = {404: ("检查网址是否完整。", "到公开栏里找。"), 429: ("等一两分钟再试。",)}
        page = refusals.refusal(error.status, error.message, advice=advice.get(error.status, ()))
        ways = [("看公开栏", "public-board"), ("怎么用", "how-to")]
        actions = [Action(label, navigation.address(name), primary=not at) for at, (label, name) in enumerate(ways)]
        return refusals.show(self.request, replace(page, actions=actions))


class VisitorForm(ForAnybody, FormPage):
    """A form for anybody, answered by a ticket. ``hand_in`` acts once per form key and returns what to show."""

    template_name = "visitor_form.html"
    answer_template = "visitor_ticket.html"
    counted_as = "write"

    def hand_in(self, form: forms.Form) -> dict[str, Any]:
        """One service call with the cleaned data. Returns happened, ticket, now_with, until (an ISO date)."""
        raise NotImplementedError

    def owner(self) -> Any:
        return ANYBODY

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.POST.get("form_key", "")
        if seconds := too_many(request, self.counted_as):
            sentence = f"交得太频繁了，请过{-(-seconds // 60)}分钟再交。您写的内容还在下面。"
            return tell_to_wait(self.again(sentence, key, 429), seconds)
        if request.POST.get(TRAP):
            return self.again("有一栏是防自动程序的，应当空着；已替您清空，请再点一次提交。", key, 422)
        return super().post(request, *args, **kwargs)

    def again(self, sentence: str, key: str, status: int) -> HttpResponse:
        """The form with what was typed, and why it was not taken."""
        form = self.form(self.request.POST)
        form.add_error(None, sentence)
        return self.show_form(form, key=key if idempotency.is_key(key) else str(new_id()), status=status)

    def run(self, form: forms.Form) -> idempotency.Answer:
        return idempotency.Answer(200, self.hand_in(form))

    def answered(self, answer: idempotency.Answer) -> HttpResponse:
        """Drawn at once: a ticket is kept in no session and no address; the same form again shows the same one."""
        self.template_name = self.answer_template
        given = answer.body
        response = self.show(**given | {"until": date.fromisoformat(given["until"])})
        patch_cache_control(response, no_store=True, private=True)
        return response

    def context(self) -> dict[str, Any]:
        return {"trap": TRAP}
