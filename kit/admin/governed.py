"""``GovernedAdmin``: a screen where nobody bypasses a rule.

Rows come from a scoped selector; what is written goes through a service with the person as actor; there is no deletion.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from kit import policies, sessions
from kit.admin import intake, takeout, trail
from kit.admin.acts import Act, Adding, Changing, Link, Panel, verb_for
from kit.admin.forms import Picker, ServiceForm, bind_pickers, keep_present, show_refusal
from kit.admin.lists import CappedPaginator, Card, GovernedChangeList, capped_count, matching
from kit.errors import DomainError
from kit.scoping import standing_of


class GovernedAdmin(ModelAdmin):
    """Base of every screen. A screen declares, this class carries out.

    selector: person → scoped queryset; without one the screen cannot be built. add, change: how forms are written.
    acts: verbs on one row. opened_by: verbs that open the screen to somebody without business reach (the separated
    administrators); with ``business`` false they are the only way in. picked_by: verbs that open only the picker.
    """

    selector: ClassVar[Callable[[Any], QuerySet]]
    mechanism: str = ""
    menu_order = 50
    in_menu = True
    icon = "list_alt"
    business = True
    opened_by: tuple[str, ...] = ()
    picked_by: tuple[str, ...] = ()
    add: Adding | None = None
    change: Changing | None = None
    acts: tuple[Act, ...] = ()
    # 导出 and 打印 stand on the tool bar where there are columns.
    columns: tuple[takeout.Column, ...] = ()
    # 导入 and 模板下载 likewise.
    imports: intake.Intake | None = None
    # Search: words are looked up in these columns, Latin letters at the start of these initials.
    search_text: tuple[str, ...] = ()
    search_initials: tuple[str, ...] = ()
    # Source field "app.model.field" → from the rows in reach and the person, the rows that fit it. Declared where the
    # picked model is kept, or by a screen above it.
    pick_rules: ClassVar[dict[str, Callable[[Any, Any], QuerySet]]] = {}
    # The word on the tool bar.
    add_tool = "新增"
    # One or two sentences: what this screen is for, shown above the list.
    purpose = ""

    form = ServiceForm
    add_form: type[ServiceForm] | None = None
    change_form: type[ServiceForm] | None = None
    actions = None
    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    view_on_site = False
    save_on_top = False
    compressed_fields = False
    warn_unsaved_form = True
    change_list_template = "kit/admin/change_list.html"
    change_form_template = "kit/admin/change_form.html"

    def __init__(self, model: type[models.Model], admin_site) -> None:
        if not hasattr(type(self), "selector"):
            raise ImproperlyConfigured(f"{type(self).__name__} names no selector; an unscoped screen is not allowed")
        self.mechanism = self.mechanism or str(model._meta.app_config.verbose_name)
        self.search_fields = self.search_text
        super().__init__(model, admin_site)

    @property
    def title(self) -> str:
        return str(self.opts.verbose_name_plural)

    @property
    def add_label(self) -> str:
        return f"新增{self.opts.verbose_name}"

    @property
    def list_url(self) -> str:
        return self.address("changelist")

    def address(self, page: str, *args) -> str:
        """Reverse of one of this screen's addresses: ``changelist``, ``add``, ``change`` …"""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    # Who may come in: reach and policies, nothing else.

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        standing = standing_of(request.user)
        reach = self.business and (standing.paths or standing.body_ids)
        return bool(reach) or any(policies.holds(request.user, verb) for verb in self.opened_by)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.add is not None and any(policies.holds(request.user, verb) for verb in self.add.verbs)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        if self.change is None or obj is None:
            return False
        return policies.allows(request.user, verb_for(self.change.verb, obj), obj)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    # Which rows.

    def get_queryset(self, request: HttpRequest) -> Any:
        queryset = type(self).selector(request.user)
        if self.list_select_related and isinstance(self.list_select_related, Sequence):
            queryset = queryset.select_related(*self.list_select_related)
        return queryset.order_by(*self.get_ordering(request)) if self.get_ordering(request) else queryset

    def get_object(self, request: HttpRequest, object_id: str, from_field=None):
        """The row, or 404: absent and out of reach look exactly the same (S4)."""
        row = super().get_object(request, object_id, None)
        if row is None:
            raise Http404("没有找到，或者不在您的管理范围内。")
        return row

    def under_lock(self, request: HttpRequest, row: models.Model) -> Any:
        """The row as it is now, locked until the transaction ends: what is compared with it stays true."""
        models.QuerySet(type(row)).select_for_update(of=("self",)).filter(pk=row.pk).first()
        return self.get_object(request, str(row.pk))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str):
        return matching(queryset, search_term, text=self.search_text, initials=self.search_initials), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the declared drop-downs filter a list: ``?work_phone__startswith=`` by hand would ask around a mask."""
        return lookup in {each.parameter_name for each in self.list_filter}

    def get_changelist(self, request: HttpRequest, **kwargs):
        return GovernedChangeList

    # Pickers.

    def pick_from(self, request: HttpRequest, source: models.Field) -> QuerySet:
        """The rows that a picker for this field offers, and the only ones it takes."""
        queryset = self.get_queryset(request) if self.may_pick(request) else type(self).selector(None)
        rule = self.admin_site.pick_rules.get(f"{source.model._meta.label_lower}.{source.name}")
        return rule(queryset, request.user) if rule else queryset

    def may_pick(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) or any(policies.holds(request.user, v) for v in self.picked_by)

    def pick_label(self, row: Any) -> str:
        return str(row)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        screen = self.admin_site.get_model_admin(db_field.remote_field.model)
        kwargs["queryset"] = screen.pick_from(request, db_field)
        kwargs["widget"] = Picker(db_field, self.admin_site)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.label_from_instance = screen.pick_label
        return field

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if field and hasattr(field.widget, link):
                setattr(field.widget, link, False)
        return field

    # Forms: every write is one service call.

    def get_fields(self, request: HttpRequest, obj=None):
        if obj is None:
            return self.add.fields if self.add else ()
        return super().get_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        if obj is None:
            return ()
        open_fields = self.change.fields if self.change and self.has_change_permission(request, obj) else ()
        return tuple(name for name in flatten_fieldsets(self.get_fieldsets(request, obj)) if name not in open_fields)

    def get_fieldsets(self, request: HttpRequest, obj=None):
        if obj is None:
            return [(None, {"fields": self.get_fields(request)})]
        return super().get_fieldsets(request, obj)

    def get_form(self, request: HttpRequest, obj=None, change: bool = False, **kwargs):
        own = self.change_form if change else self.add_form
        if change and not self.has_change_permission(request, obj):
            own = ServiceForm  # nothing to fill in: no field that a screen declares on its own form either
        if own is not None:
            kwargs["form"] = own
        form = super().get_form(request, obj, change=change, **kwargs)

        def bound(form_self, *args, **inner):
            form.__init__(form_self, *args, **inner)
            bind_pickers(form_self, request, obj)
            if obj is not None:
                keep_present(form_self, obj)

        return type(form.__name__, (form,), {"screen": self, "request": request, "__init__": bound})

    def carry_out(self, request: HttpRequest, form: ServiceForm) -> Any:
        """The one service call of an add or change form. Raises DomainError as the service does."""
        adding = form.instance._state.adding
        values = self.arguments(request, form.cleaned_data, adding=adding)
        if not adding and self.change is not None:
            values = {self.change.subject: form.instance, **values}
        write = self.add if adding else self.change
        if write is None:
            raise PermissionDenied
        return write.service(actor=request.user, now=timezone.now(), **values)

    def arguments(self, request: HttpRequest, values: dict[str, Any], *, adding: bool) -> dict[str, Any]:
        """Cleaned form values as keyword arguments of the service; a screen overrides it where names differ."""
        return values

    def response_post_save_add(self, request, obj):
        """Straight to the new row: what was entered, and what can be done next."""
        return HttpResponseRedirect(self.address("change", obj.pk))

    response_post_save_change = response_post_save_add

    def save_form(self, request, form, change):
        return form.instance

    def save_model(self, request, obj, form, change) -> None:
        """The service has written the row."""

    def save_related(self, request, form, formsets, change) -> None:
        """The service has written what belongs to it."""

    def log_addition(self, request, obj, message) -> None:
        """Facts keep the trail."""

    def log_change(self, request, obj, message) -> None:
        """Facts keep the trail."""

    # Pages.

    def get_urls(self):
        """Django's addresses without deletion, and one for each act."""
        urls = [each for each in super().get_urls() if not str(getattr(each, "name", "")).endswith("_delete")]
        info = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view(self.act_view)
        return [
            path("<path:object_id>/do/<slug:name>/", view, name=f"{info}_act"),
            *takeout.urls(self, info),
            *intake.urls(self, info),
            *urls,
        ]

    def changelist_view(self, request: HttpRequest, extra_context=None):
        context = {"screen": self, "tools": self.tools(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def changeform_view(self, request: HttpRequest, object_id=None, form_url="", extra_context=None):
        context = {"screen": self, "show_save_and_add_another": object_id is None, "show_save_and_continue": False}
        if not self.has_view_permission(request):
            raise PermissionDenied
        if object_id:
            row = self.get_object(request, unquote(object_id))
            context |= {
                "title": str(row),
                "subtitle": None,
                "acts": self.act_links(request, row),
                "links": self.links(request, row),
                "panels": self.panels(request, row),
                "notes": self.notes(request, row),
            }
        else:
            context["title"] = self.add_label
        return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def history_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        """What was done to the row, and which values changed; from facts and audit."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        context = self.page_context(request, row, f"办理记录：{row}") | {
            "facts": trail.fact_lines(row),
            "changes": trail.change_lines(self, request, row),
            "back": self.address("change", row.pk),
        }
        return TemplateResponse(request, "kit/admin/history.html", context)

    def act_links(self, request: HttpRequest, row) -> list[tuple[Act, str]]:
        """The acts offered on this row now, each with its address."""
        return [(act, self.address("act", row.pk, act.name)) for act in self.acts if act.offered(request.user, row)]

    def links(self, request: HttpRequest, row) -> list[Link]:
        """Where else the row leads: its page, papers to print. They stand beside the acts."""
        return []

    def panels(self, request: HttpRequest, row) -> list[Panel]:
        """What belongs to the row, under its form."""
        return []

    def notes(self, request: HttpRequest, row) -> list[str]:
        """Sentences to be seen before anything else, such as a flag."""
        return []

    def cards(self, request: HttpRequest) -> list[Card]:
        """This screen's figures on the start page."""
        return [Card(self.title, capped_count(self.get_queryset(request)), self.address("changelist"))]

    def tools(self, request: HttpRequest) -> list[dict]:
        """The tool bar above the list."""
        add = {"label": self.add_tool, "url": self.address("add"), "icon": "add", "primary": True}
        return [
            *([add] if self.has_add_permission(request) else []),
            *intake.tools(self, request),
            *takeout.tools(self, request),
        ]

    def after_act(self, act: Act, row, outcome) -> str:
        """Where an act leads afterwards."""
        return self.address("change", row.pk)

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Show what an act asks for; on POST make its one service call. 404, 403 and 409 as the rules say."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        act = next((each for each in self.acts if each.name == name), None)
        if act is None:
            raise Http404("没有这个办理事项。")
        if not act.allowed(request.user, row):
            raise PermissionDenied("您没有办理这一步的权限。")
        if act.fresh is not None:
            sessions.require_fresh_login(request, act.fresh)
        form = act.form(request.POST or None, request.FILES or None, request=request, row=row)
        status = 200
        if request.method == "POST":
            form.is_bound = True
            status = 422
            if form.is_valid():
                try:
                    outcome = act.service(
                        actor=request.user, now=timezone.now(), **{act.subject: row}, **form.cleaned_data
                    )
                except DomainError as refusal:
                    show_refusal(form, refusal)
                    status = refusal.status
                else:
                    return self._answer(request, act, row, outcome)
        return self._act_page(request, act, row, form, status)

    def _answer(self, request: HttpRequest, act: Act, row, outcome) -> HttpResponse:
        if act.reveal is None:
            messages.success(request, act.done.format(row=row) if act.done else f"已办理：{act.label}（{row}）。")
            return HttpResponseRedirect(self.after_act(act, row, outcome))
        context = self.page_context(request, row, f"{act.label}：{row}") | {
            "act": act,
            "lines": act.reveal(outcome),
            "back": self.after_act(act, row, outcome),
        }
        return TemplateResponse(request, "kit/admin/revealed.html", context, headers={"Cache-Control": "no-store"})

    def _act_page(self, request: HttpRequest, act: Act, row, form, status: int) -> TemplateResponse:
        context = self.page_context(request, row, f"{act.label}：{row}") | {
            "act": act,
            "form": form,
            "media": self.media + form.media,
            "back": self.address("change", row.pk),
        }
        return TemplateResponse(request, "kit/admin/act.html", context, status=status)

    def page_context(self, request: HttpRequest, row, title: str) -> dict[str, Any]:
        request.current_app = self.admin_site.name
        return {
            **self.admin_site.each_context(request),
            "screen": self,
            "opts": self.opts,
            "original": row,
            "title": title,
        }
