"""个人令牌: how a program works in one's own name. The secret is shown once, at its making."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kit import navigation, sessions, tokens
from kit.components import Crumb
from kit.errors import DomainError
from kit.pages import place_errors
from orgs.pages.accounts import done
from orgs.selectors import accounts as reads

DAYS = (("30", "30 天"), ("90", "90 天"), ("180", "半年"), ("365", "一年"))


class TokenForm(forms.Form):
    name = forms.CharField(label="用途", max_length=60, help_text="例如：每周把台账导到县里的平台")
    scopes = forms.MultipleChoiceField(
        label="权限范围",
        choices=tokens.TokenScope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="只给用得着的；令牌能办的事不会超过您本人。",
    )
    days = forms.ChoiceField(label="有效期", choices=DAYS)


@never_cache
@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """One's own tokens, and a new one. Making one asks for the password again."""
    now = timezone.now()
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        sessions.require_fresh_login(request, reads.FRESH)
        if form.is_valid():
            try:
                token, secret = tokens.issue_token(
                    actor=request.user,
                    name=form.cleaned_data["name"],
                    scopes=form.cleaned_data["scopes"],
                    expires_at=now + timedelta(days=int(form.cleaned_data["days"])),
                    now=now,
                )
            except DomainError as refusal:
                place_errors(form, refusal)
            else:
                return _show(request, form=TokenForm(), token=token, secret=secret)
    return _show(request, form=form, status=422 if form.errors else 200)


@never_cache
@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Revoke a token of one's own; it stops working with the next request."""
    token = tokens.own_tokens(request.user).filter(pk=pk).first()
    if token is None:
        raise Http404
    tokens.revoke_token(actor=request.user, token=token, now=timezone.now())
    done(request, f"令牌“{token.name}”已作废。")
    return redirect("tokens")


def _show(request: HttpRequest, *, status: int = 200, **context) -> HttpResponse:
    now = timezone.now()
    own = [
        (
            token,
            "、".join(tokens.TokenScope(scope).label for scope in token.scopes),
            token.revoked_at is None and token.expires_at > now,
        )
        for token in tokens.own_tokens(request.user)[:50]
    ]
    return render(
        request,
        "accounts/tokens.html",
        {"title": "个人令牌", "tokens": own, "crumbs": [Crumb("我的", navigation.address("me"))], **context},
        status=status,
    )
