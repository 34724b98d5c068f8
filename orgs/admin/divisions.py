"""行政区划: published data, read only; loaded as a whole from the published files."""

from unfold.decorators import display

from kit.admin import Card, GovernedAdmin, capped_count, select_filter, site
from orgs import selectors
from orgs.choices import DivisionLevel
from orgs.models import Division


def _divisions(person):
    return selectors.divisions()


class DivisionAdmin(GovernedAdmin):
    """行政区划"""

    selector = _divisions
    menu_order = 60
    icon = "map"
    purpose = "国家统计局公布的统计用区划代码，只能整份导入，不能手工改。联村不改变任何区划。"
    list_display = ["code", "name", "show_level", "parent"]
    list_select_related = ["parent"]
    ordering = ["code"]
    search_text = ("name",)
    search_help_text = "名称或代码开头"
    list_filter = [select_filter("level", "层级", [(str(k), v) for k, v in DivisionLevel.choices], "level")]
    fields = [("code", "name"), ("level", "parent")]

    def get_search_results(self, request, queryset, search_term):
        """A number is the beginning of a code; anything else a part of a name."""
        if search_term.strip().isdecimal():
            return queryset.filter(code__startswith=search_term.strip()), False
        return super().get_search_results(request, queryset, search_term)

    def pick_label(self, row: Division) -> str:
        return f"{row.name} {row.code}"

    @display(description="层级", ordering="level", label=True)
    def show_level(self, row):
        return row.get_level_display()

    def cards(self, request):
        return [Card("行政区划", capped_count(self.get_queryset(request)), self.address("changelist"))]


site.register(Division, DivisionAdmin)

__all__ = ["DivisionAdmin"]
