"""联村管理端: the one admin site. What a person sees follows from reach and policies, never Django's permissions."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.http import urlencode
from unfold.dataclasses import SearchResult
from unfold.sites import UnfoldAdminSite

from kit.navigation import address
from kit.scoping import standing_of


class PickerView(AutocompleteJsonView):
    """What a foreign-key picker offers: only rows in reach, narrowed by the screen to what fits the field."""

    model_admin: Any

    def has_perm(self, request, obj=None):
        return self.model_admin.may_pick(request)

    def get_queryset(self):
        rows = self.model_admin.pick_from(self.request, self.source_field)
        return self.model_admin.get_search_results(self.request, rows, self.term)[0]

    def serialize_result(self, obj, to_field_name):
        return {"id": str(getattr(obj, to_field_name)), "text": self.model_admin.pick_label(obj)}


class ManagementSite(UnfoldAdminSite):
    """The admin of township and district cadres. Its login, logout and password pages are the product's own."""

    index_title = "首页"
    index_template = "kit/admin/index.html"
    empty_value_display = "—"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.pick_rules: dict[str, Callable[[Any, Any], Any]] = {}

    def register(self, model_or_iterable, admin_class=None, **options) -> None:
        super().register(model_or_iterable, admin_class, **options)
        # A picked model is kept on a lower floor than what picks it: what fits is known above.
        self.pick_rules |= getattr(admin_class, "pick_rules", {})

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever holds a post today may come in; each screen asks reach and policy itself (S5)."""
        return bool(standing_of(request.user).posts)

    def get_urls(self):
        """Django's plan without its generic redirector, which would name rows out of reach."""
        urls = [each for each in super().get_urls() if getattr(each, "name", None) != "view_on_site"]
        return [path("search/", self.admin_view(self.search), name="search"), *urls]

    # The doors in and out are the product's own pages.

    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """To the product's login; 403 for somebody who is logged in but holds no post."""
        target = request.GET.get("next") or reverse("admin:index")
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied("您目前没有任职，不能进入管理端。")
        return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': target})}")

    def logout(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return HttpResponseRedirect(address("logout") or "/", status=307)

    def password_change(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return HttpResponseRedirect(address("password-change") or address("me") or "/")

    def password_change_done(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:index"))

    def app_index(self, request: HttpRequest, app_label: str, extra_context=None) -> HttpResponse:
        return redirect("admin:index")

    # What is on offer.

    def screens(self, request: HttpRequest) -> list[tuple[str, list]]:
        """(mechanism, its screens) in the order of the report; only mechanisms with a screen open to this person."""
        groups: dict[str, list] = {name: [] for name in settings.ADMIN_MECHANISMS}
        for screen in self._registry.values():
            if screen.in_menu and screen.has_view_permission(request):
                groups[screen.mechanism].append(screen)
        return [
            (name, sorted(screens, key=lambda s: (s.menu_order, s.opts.label)))
            for name, screens in groups.items()
            if screens
        ]

    def menu(self, request: HttpRequest) -> list[dict]:
        """The side bar as Unfold takes it."""
        home = {"items": [{"title": "首页", "icon": "home", "link": reverse("admin:index")}]}
        return [
            home,
            *(
                {
                    "title": name,
                    "items": [
                        {"title": screen.title, "icon": screen.icon, "link": screen.address("changelist")}
                        for screen in screens
                    ],
                }
                for name, screens in self.screens(request)
            ),
        ]

    def index(self, request: HttpRequest, extra_context=None) -> TemplateResponse:
        """The start page: what needs attention, what can be done, and how much of everything is in reach."""
        groups = self.screens(request)
        cards = [(name, [card for screen in screens for card in screen.cards(request)]) for name, screens in groups]
        flat = [card for _, each in cards for card in each]
        context = {
            "cards": [(name, [c for c in each if not c.attention]) for name, each in cards],
            "attention": [card for card in flat if card.attention and card.count],
            "starts": [
                (screen.add_label, screen.address("add"), screen.icon)
                for _, screens in groups
                for screen in screens
                if screen.has_add_permission(request)
            ],
            **(extra_context or {}),
        }
        return super().index(request, context)

    def address_of(self, subject: str) -> str:
        """The page of ``app.model:id``; empty where no screen keeps such rows."""
        label, _, key = subject.partition(":")
        screen = next((each for model, each in self._registry.items() if model._meta.label_lower == label), None)
        return screen.address("change", key) if screen is not None and key else ""

    def search(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """Screens by name, for the command palette. Uncached: Unfold's own search would outlive a revoked post."""
        term = request.GET.get("s", "").strip().lower()
        if not term:
            return HttpResponse()
        found = [
            SearchResult(title=screen.title, description=name, link=screen.address("changelist"), icon=screen.icon)
            for name, screens in self.screens(request)
            for screen in screens
            if term in screen.title.lower() or term in name
        ]
        page = Paginator(found, 100)
        return TemplateResponse(
            request,
            "unfold/helpers/command_results.html"
            if "extended" in request.GET
            else "unfold/helpers/search_results.html",
            {"page_obj": page, "results": page.page(1), "page_counter": 0, "execution_time": 0},
            headers={"HX-Trigger": "search"},
        )

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return PickerView.as_view(admin_site=self)(request)

    def get_log_entries(self, request: HttpRequest):
        """Facts and the audit keep the trail; Django's own log is not used."""
        return ()


site = ManagementSite(name="admin")


def menu(request: HttpRequest) -> list[dict]:
    """For the setting ``UNFOLD["SIDEBAR"]["navigation"]``."""
    return site.menu(request)


def stylesheet(request: HttpRequest) -> str:
    """For the setting ``UNFOLD["STYLES"]``."""
    return static("css/admin.css")


def favicon(request: HttpRequest) -> str:
    """For the setting ``UNFOLD["SITE_FAVICONS"]``."""
    return static("img/mark.svg")
