"""Doors of the whole product: the root, oneself, one's tokens, a subject's trail, and a 404 that speaks JSON."""

import re
from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.response import Response

from kit import providers, todos, tokens
from kit.api import fields, trails
from kit.api import representation as show
from kit.api.errors import BadParameter
from kit.api.fields import Body
from kit.api.filters import check_parameters
from kit.api.representation import PREFIX, Representation, Row
from kit.api.trails import TrailEntry
from kit.api.verbs import creates, verb
from kit.api.views import ApiView, ResourceView
from kit.errors import Hidden
from kit.idempotency import Answer
from orgs import choices, selectors

TAG = "通用"


class Root(serializers.Serializer):
    """The resources, by name."""

    resources = serializers.DictField(child=serializers.CharField(), label="资源", read_only=True)


class RootView(ApiView):
    """All resources with their addresses."""

    tag, title, resource = TAG, "目录", "root"
    addresses: dict[str, str] = {}

    def get(self, request: Any) -> Response:
        check_parameters(request.query_params, self.parameters)
        return Response({"resources": self.addresses})

    get.answers = Root  # type: ignore[attr-defined]  # read by the schema


class UnknownView(ApiView):
    """Any other address under the API: the same 404 as for a hidden row, whoever asks."""

    tag, title, resource = TAG, "不存在", "unknown"
    schema = None
    permission_classes = []
    authentication_classes = []

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        raise Hidden


class DocsView(SpectacularSwaggerSplitView):
    """The offline docs: Swagger UI from our own files, its script apart, within the strict policy."""

    template_name = "lianCun/api_docs.html"


# --- oneself ----------------------------------------------------------------------------------------------------------


class MePerson(serializers.Serializer):
    id = serializers.UUIDField(label="编号")
    name = serializers.CharField(label="姓名")
    organization = show.Neighbour(label="所在单位")


class MePosting(serializers.Serializer):
    role = serializers.ChoiceField(choices=choices.Role.choices, label="职责")
    role_label = serializers.CharField(label="职责（中文）")
    field = serializers.CharField(label="分管")
    organization = show.Neighbour(label="任职组织")


class MeReach(serializers.Serializer):
    paths = serializers.ListField(child=serializers.CharField(), label="管理范围（路径）")
    bodies = serializers.ListField(child=serializers.UUIDField(), label="所在联村党组织")
    administered_paths = serializers.ListField(child=serializers.CharField(), label="账号管理范围")


class Me(serializers.Serializer):
    """本人"""

    person = MePerson(label="人员")
    postings = MePosting(many=True, label="任职")
    reach = MeReach(label="管理范围")
    todos = serializers.DictField(child=serializers.IntegerField(), label="待办件数")
    links = serializers.DictField(child=serializers.CharField(), label="相邻各项")


class MeView(ApiView):
    """Who I am here: person, running postings, reach, counts of what waits for me."""

    tag, title, resource = TAG, "本人", "me"

    def get(self, request: Any) -> Response:
        check_parameters(request.query_params, self.parameters)
        person, standing = self.actor, self.caller.standing
        names = dict(selectors.own_units(person).values_list("pk", "name"))
        home = selectors.home_of(person)
        waiting = Counter(todo.light or "grey" for todo in todos.waiting_for(person, on=self.caller.today))
        return Response(
            {
                "person": {"id": str(person.pk), "name": person.name, "organization": _neighbour(home.pk, home.name)},
                "postings": [
                    {
                        "role": post.role,
                        "role_label": choices.Role(post.role).label,
                        "field": post.field,
                        "organization": _neighbour(post.org_id, names[post.org_id]),
                    }
                    for post in standing.posts
                ],
                "reach": {
                    "paths": list(standing.paths),
                    "bodies": sorted(str(body) for body in standing.body_ids),
                    "administered_paths": list(standing.administered_paths),
                },
                "todos": {"total": waiting.total(), **{light: waiting[light] for light in ("red", "yellow", "green")}},
                "links": {"self": f"{PREFIX}/me/", "tokens": f"{PREFIX}/tokens/"},
            }
        )

    get.answers = Me  # type: ignore[attr-defined]  # read by the schema


def _neighbour(key: Any, name: str) -> Row:
    return {"id": str(key), "name": name, "href": f"{PREFIX}/organizations/{key}/"}


# --- a subject's trail ------------------------------------------------------------------------------------------------


class Timeline(serializers.Serializer):
    """办理过程"""

    subject = serializers.CharField(label="对象")
    results = TrailEntry(many=True, label="经过")


_SUBJECT = re.compile(r"([a-z]+\.[a-z]+):([0-9a-f-]{36}|[0-9]{6,12})")


class TimelineView(ApiView):
    """What was done with one subject, by whom, on what ground: the trail, oldest first, at most 500 entries."""

    tag, title, resource = TAG, "办理过程", "timeline"
    parameters = frozenset({"subject"})
    documented_parameters = [
        OpenApiParameter(
            "subject",
            type={"type": "string", "pattern": r"^[a-z]+\.[a-z]+:[0-9a-f-]{6,36}$"},
            location="query",
            required=True,
            description="对象，如 orgs.organization:编号",
        )
    ]

    def get(self, request: Any) -> Response:
        check_parameters(request.query_params, self.parameters)
        subject = request.query_params.get("subject", "")
        rows = _subject_rows(subject, self.actor)
        if not rows.exists():
            raise Hidden
        return Response({"subject": subject, "results": trails.entries(subject, most=500)})

    get.answers = Timeline  # type: ignore[attr-defined]  # read by the schema


def _subject_rows(subject: str, person: Any) -> QuerySet:
    """The subject's row in reach. Raises BadParameter (400) when malformed, Hidden (404) for an unknown kind."""
    match = _SUBJECT.fullmatch(subject)
    if not match:
        raise BadParameter("subject", "须写成 应用.对象:编号。")
    label, key = match.groups()
    for answer in providers.ask("subjects"):
        if label in answer:
            try:
                return answer[label](person).filter(pk=key)
            except (ValidationError, ValueError):  # not a key of this kind of row
                break
    raise Hidden


# --- personal tokens --------------------------------------------------------------------------------------------------


class TokenShown(Representation):
    """个人令牌"""

    resource, title = "tokens", "个人令牌"

    id = show.Id("编号")
    name = show.Text("用途")
    hint = show.Text("开头")
    scopes = show.Choices("权限范围", tokens.TokenScope)
    created_at = show.Instant("创建时间")
    expires_at = show.Instant("到期时间")
    revoked_at = show.Instant("作废时间", null=True)
    last_used_at = show.Instant("最近使用", null=True)
    is_live = show.Computed(
        "有效",
        lambda row, caller: row["revoked_at"] is None and row["expires_at"] > caller.now,
        serializers.BooleanField(label="有效", read_only=True),
        columns=("revoked_at", "expires_at"),
    )


class TokenIssued(TokenShown):
    """新的个人令牌: the secret stands in ``token`` this once; a repetition shows null."""

    resource, title = "tokens", "新的个人令牌"

    token = show.Text("令牌", null=True)


class TokenBody(Body):
    name = fields.Text(max_length=60, label="用途")
    scopes = fields.Many(fields.Choice(tokens.TokenScope), max_length=3, label="权限范围")
    expires_at = fields.Instant(label="到期时间")


class TokenView(ResourceView):
    """One's own tokens. Only the person in the browser keeps them; a token cannot make or revoke tokens."""

    tag = TAG
    representation = TokenShown
    sessions_only = True
    secret_keys = frozenset({"token"})

    def rows(self) -> QuerySet:
        return tokens.own_tokens(self.actor)

    @creates("新建", body=TokenBody)
    def create(self, data: Row) -> Any:
        token, secret = tokens.issue_token(actor=self.actor, now=self.now, **data)
        return Answer(201, self.shown(token.pk) | {"token": secret})

    create.answers, create.answer_status = TokenIssued.serializer(), 201

    @verb("revoke", "作废", when=lambda row: row["revoked_at"] is None)
    def revoke(self, row: Any, data: Row) -> None:
        tokens.revoke_token(token=row, actor=self.actor, now=self.now)
