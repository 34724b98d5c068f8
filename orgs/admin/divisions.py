"""行政区划: published data, read only; loaded as a whole from the published files."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from unfold.decorators import display

from kit.admin import Adding, Card, Files, GovernedAdmin, ServiceForm, capped_count, select_filter, site
from orgs import selectors
from orgs.choices import DivisionLevel
from orgs.models import Division
from orgs.services.division_files import DivisionFile
from orgs.services.divisions import VERB, import_divisions

# The whole country is 34 MB; a county's file is far below.
LARGEST_UPLOAD = 40 * 1024 * 1024


class UploadForm(ServiceForm):
    """The published CSV files, one at a time or the three levels together."""

    fields_of = {"files": "uploads"}
    uploads = Files(
        label="区划文件（CSV）",
        largest=LARGEST_UPLOAD,
        refusal="文件一共超过 40 MB，请分开导入或由系统管理员在服务器上导入。",
        help_text="国家统计局公布的格式，首行 code,name,areaCode…，编码 UTF-8。"
        "区县、乡镇、村的几个文件可以一次选齐，先后不限；全部正确才导入，可以重复。",
    )


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
    add_form = UploadForm
    add_label = "导入行政区划"
    add_tool = "导入"
    add = Adding(import_divisions, verbs=(VERB,), fields=("uploads",))

    def arguments(self, request, values, *, adding):
        return {"files": [DivisionFile(upload.name, upload.file) for upload in values["uploads"]]}

    def carry_out(self, request, form):
        """One load is many rows: the answer is the count, not a row."""
        load = super().carry_out(request, form)
        renamed = "；".join(f"{code} {old}→{new}" for code, old, new in load.renamed[:5])
        messages.success(
            request,
            f"已导入：新增 {load.created} 个，更名 {load.changed} 个，未变 {load.unchanged} 个。{renamed}",
        )
        return form.instance

    def response_add(self, request, obj, post_url_continue=None):
        return HttpResponseRedirect(self.address("changelist"))

    def get_search_results(self, request, queryset, search_term):
        """A number is the beginning of a code; anything else a part of a name."""
        if search_term.strip().isdecimal():
            return queryset.filter(code__startswith=search_term.strip()), False
        return super().get_search_results(request, queryset, search_term)

    def pick_label(self, row) -> str:
        return f"{row.name} {row.code}"

    @display(description="层级", ordering="level", label=True)
    def show_level(self, row):
        return row.get_level_display()

    def cards(self, request):
        return [Card("行政区划", capped_count(self.get_queryset(request)), self.address("changelist"))]


site.register(Division, DivisionAdmin)

__all__ = ["DivisionAdmin"]
