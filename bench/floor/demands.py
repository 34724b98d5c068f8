"""Demands with nothing of the product: raw rows, the bare framework reading and writing, a plain page.

Written is a table of the same columns, indexes and foreign keys, without the product's triggers.
"""

from django.db import connection, models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Context, Template
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers, viewsets
from rest_framework.authentication import TokenAuthentication
from rest_framework.permissions import IsAuthenticated

from bench.floor.copying import WRITTEN
from bench.floor.drf import ByKey
from resources.choices import Category, DemandState
from resources.models import Demand

_STATES, _CATEGORIES = dict(DemandState.choices), dict(Category.choices)


# --- raw --------------------------------------------------------------------------------------------------------------


def listed(request: HttpRequest) -> JsonResponse:
    """Token, posts, and the newest fifty of an office's demands in one state: three statements."""
    with connection.cursor() as cursor:
        key = request.headers["Authorization"].split()[1]
        cursor.execute("SELECT user_id FROM authtoken_token WHERE key = %s", [key])
        (person,) = cursor.fetchone()
        cursor.execute(
            "SELECT organization_id FROM orgs_posting WHERE person_id = %s AND from_on <= current_date"
            " AND (to_on IS NULL OR to_on >= current_date)",
            [person],
        )
        offices = [office for (office,) in cursor.fetchall()]
        cursor.execute(
            "SELECT d.id, d.title, d.text, d.kind, d.state, d.category, d.quantity, d.quantity_unit, d.submitted_at,"
            " d.accept_by_on, d.answer_by_on, d.unit_id, u.name, d.body_id, b.name, d.author_id, a.name"
            " FROM resources_demand d JOIN orgs_organization u ON u.id = d.unit_id"
            " JOIN orgs_organization b ON b.id = d.body_id JOIN orgs_person a ON a.id = d.author_id"
            " WHERE d.home_id = ANY (%s) AND d.state = %s ORDER BY d.id DESC LIMIT 50",
            [offices, request.GET["state"]],
        )
        rows = cursor.fetchall()
    return JsonResponse({"results": [_shown(row) for row in rows]})


def _shown(row) -> dict:
    return {
        "id": row[0],
        "title": row[1],
        "text": row[2],
        "kind": row[3],
        "state": row[4],
        "state_label": _STATES[row[4]],
        "category": row[5],
        "category_label": _CATEGORIES[row[5]],
        "quantity": row[6],
        "quantity_unit": row[7],
        "submitted_at": row[8],
        "accept_by_on": row[9],
        "answer_by_on": row[10],
        "unit": {"id": row[11], "name": row[12]},
        "body": {"id": row[13], "name": row[14]},
        "author": {"id": row[15], "name": row[16]},
        "actions": [],
    }


# --- the bare framework -----------------------------------------------------------------------------------------------


class DemandSerializer(serializers.ModelSerializer):
    state_label = serializers.CharField(source="get_state_display")
    category_label = serializers.CharField(source="get_category_display")
    unit_name = serializers.CharField(source="unit.name")
    body_name = serializers.CharField(source="body.name")
    author_name = serializers.CharField(source="author.name")

    class Meta:
        model = Demand
        fields = [
            *("id", "title", "text", "kind", "state", "state_label", "category", "category_label", "quantity"),
            *("quantity_unit", "needed_by_on", "reason", "objection", "created_at", "submitted_at", "accept_by_on"),
            *("accepted_at", "answer_by_on", "answered_at", "escalated_at", "is_filled_in"),
            *("unit", "unit_name", "body", "body_name", "author", "author_name"),
        ]


class DemandViewSet(viewsets.ModelViewSet):
    queryset = Demand.objects.select_related("unit", "body", "author")
    serializer_class = DemandSerializer
    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]
    pagination_class = ByKey
    filter_backends = [DjangoFilterBackend]
    filterset_fields = ["state"]


def _copy() -> type[models.Model]:
    fields = {each.name: each.clone() for each in Demand._meta.local_concrete_fields}
    meta = type("Meta", (), {"managed": False, "db_table": WRITTEN, "app_label": "bench"})
    return type("BenchDemand", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})


BenchDemand = _copy()


class WritingSerializer(serializers.ModelSerializer):
    class Meta:
        model = BenchDemand
        fields = [
            *("id", "kind", "unit", "body", "category", "title", "text", "quantity", "quantity_unit", "needed_by_on"),
            *("state", "created_at", "submitted_at", "accept_by_on", "author"),
        ]
        read_only_fields = ["author", "created_at"]
        extra_kwargs = {"state": {"required": False}}


class WritingViewSet(viewsets.ModelViewSet):
    """Create, and a step: the row by its id, its state and dates written."""

    queryset = BenchDemand._default_manager.all()
    serializer_class = WritingSerializer
    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]

    def perform_create(self, serializer) -> None:
        serializer.save(author=self.request.user, created_at=timezone.now(), state="draft")


# --- the plain page ---------------------------------------------------------------------------------------------------

_PAGE = Template(
    """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>需求</title></head><body><table>
<tr><th>需要什么</th><th>状态</th><th>类别</th><th>来源</th><th>单位</th><th>联村党组织</th><th>提交</th><th>期限</th></tr>
{% for row in rows %}<tr><td><a href="/demands/{{ row.pk }}/">{{ row.title }}</a></td>
<td>{{ row.get_state_display }}</td><td>{{ row.get_category_display }}</td><td>{{ row.get_kind_display }}</td>
<td>{{ row.unit.name }}</td><td>{{ row.body.name }}</td><td>{{ row.submitted_at|date:"Y-m-d" }}</td>
<td>{{ row.accept_by_on|date:"Y-m-d" }}</td></tr>
{% endfor %}</table></body></html>"""
)


def page(request: HttpRequest) -> HttpResponse:
    rows = Demand.objects.filter(home=request.GET["office"]).select_related("unit", "body").order_by("-id")[:50]
    return HttpResponse(_PAGE.render(Context({"rows": rows})))
