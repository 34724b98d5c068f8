"""The plain page: one statement, fifty rows, one template without a base."""

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template

from orgs.models import Organization

_PAGE = Template(
    """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>组织</title></head><body><table>
<tr><th>名称</th><th>类别</th><th>状态</th><th>路径</th><th>区划</th><th>登记时间</th></tr>
{% for row in rows %}<tr><td><a href="/units/{{ row.pk }}/">{{ row.name }}</a></td><td>{{ row.get_kind_display }}</td>
<td>{{ row.get_state_display }}</td><td>{{ row.path }}</td><td>{{ row.division_id|default:"" }}</td>
<td>{{ row.created_at|date:"Y-m-d" }}</td></tr>
{% endfor %}</table></body></html>"""
)


def organizations(request: HttpRequest) -> HttpResponse:
    rows = Organization.objects.filter(path__startswith=request.GET["under"]).order_by("path")[:50]
    return HttpResponse(_PAGE.render(Context({"rows": rows})))
