"""The bases of every REST view: who calls, strict parameters, lists by keyset, verbs with one effect per key."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from kit import idempotency, keyset, tokens
from kit.api import exports, pagination, trails
from kit.api.authentication import SessionAuthentication, TokenAuthentication
from kit.api.caller import Caller
from kit.api.errors import BadParameter, exception_handler
from kit.api.fields import UUID_FORM, Body
from kit.api.filters import COMMON, Filters, Nothing, check_parameters
from kit.api.parsers import StrictJSONParser
from kit.api.representation import Offer, Representation, Row
from kit.api.schema import HouseSchema
from kit.api.throttles import AddressThrottle, PersonThrottle
from kit.errors import Hidden, StaleVersion
from kit.versions import version_of

# Steps of the trail beside a single row; the whole is at /timeline/.
SHOWN_STEPS = 10


class AlwaysJSON(BaseContentNegotiation):
    """We answer JSON whatever the Accept header wishes; registers are asked for by ``?format=``."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        given = request.content_type.split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)

    def select_renderer(self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None) -> Any:
        first = next(iter(renderers))
        return first, first.media_type


class ApiView(APIView):
    """One door: strict, throttled, for signed-in callers. Subclasses parse, make one call and show the answer."""

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    throttle_classes = [PersonThrottle]
    parser_classes = [StrictJSONParser]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysJSON
    metadata_class = None
    schema: Any = HouseSchema()
    # Query parameters of the view as a whole; lists add their own.
    parameters: frozenset[str] = frozenset()
    # A program's token may not open this door (its own tokens, for one).
    sessions_only = False
    # The answer of a write is kept for repetitions, without these keys.
    secret_keys: frozenset[str] = frozenset()
    caller: Caller

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return exception_handler

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        throttle = AddressThrottle()
        if not throttle.allow_request(request, self):
            self.throttled(request, throttle.wait())
        super().initial(request, *args, **kwargs)
        self.caller = Caller(request.user, timezone.now())
        if request.auth is not None:
            if self.sessions_only:
                raise tokens.SessionNeeded
            scopes: Any = request.auth
            tokens.require_scope(scopes, "read" if request.method in ("GET", "HEAD") else "write")
        if request.method not in ("GET", "HEAD"):
            check_parameters(request.query_params, self.parameters)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        # Somebody's own, whether they came by cookie or by token: no copy on the way.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    @property
    def actor(self) -> Any:
        return self.caller.person

    @property
    def now(self) -> Any:
        return self.caller.now

    def read_body(self, body: type[Body], *, partial: bool = False) -> dict[str, Any]:
        """The validated body. Raises ValidationError (400, or 422 when only ids are unknown)."""
        data = self.request.data
        # Nothing sent at all arrives as an empty form.
        data = data if isinstance(data, dict) and not hasattr(data, "getlist") else data or {}
        serializer = body(data=data, partial=partial, context={"person": self.actor, "caller": self.caller})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @property
    def key_owner(self) -> Any:
        """Whose Idempotency-Keys count here."""
        return self.actor

    def once(self, fn: Callable[[], idempotency.Answer]) -> Response:
        """Answer a POST exactly once per person and Idempotency-Key."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not idempotency.is_key(key):
            raise BadParameter(
                "Idempotency-Key",
                "每次提交都要带这个请求头，用1到80个英文字符，重试时不变。",
                code="idempotency_key_missing" if not key else "idempotency_key_malformed",
            )
        data = self.request.data
        asked = idempotency.fingerprint(
            self.request.method or "", self.request.get_full_path(), data if isinstance(data, list) else data or {}
        )
        first: dict[str, Any] = {}

        def run() -> idempotency.Answer:
            answer = fn()
            if self.secret_keys and isinstance(answer.body, dict):
                first.update({k: v for k, v in answer.body.items() if k in self.secret_keys})
                return idempotency.Answer(answer.status, answer.body | dict.fromkeys(first))
            return answer

        answer = idempotency.run_once(person=self.key_owner, key=key, fingerprint=asked, now=self.now, fn=run)
        body = answer.body | first if first else answer.body
        headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
        if answer.status == 201 and isinstance(body, dict):
            headers["Location"] = body.get("links", {}).get("self", "")
        return Response(body, status=answer.status, headers=headers)


class ResourceView(ViewSetMixin, ApiView):
    """A resource: ``list``, ``retrieve`` and the verbs declared with ``kit.api.verbs``.

    A subclass gives the representation, ``rows()`` (a scoped list selector), filters and orderings.
    """

    representation: type[Representation]
    filters: type[Filters] = Nothing
    # Name of the ordering → columns, all the same way, the last one unique. The first is the default.
    orderings: dict[str, tuple[str, ...]] = {"-id": ("-id",)}
    # Foreign keys a verb's service will read anyway.
    joins: tuple[str, ...] = ()
    lookup_value_regex = "[^/]+"
    action: str
    offers: tuple[Offer, ...] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        found = {name: getattr(cls, name) for base in reversed(cls.__mro__) for name in vars(base)}
        offers = (each if isinstance(each, Offer) else getattr(each, "offer", None) for each in found.values())
        cls.offers = tuple(each for each in offers if each)

    def rows(self) -> QuerySet:
        """The rows in the caller's reach, with all that the representation shows of them."""
        raise NotImplementedError

    def plain_rows(self) -> QuerySet:
        """The same rows with their own columns alone, for a verb: what is only shown need not be worked out for it."""
        return self.rows()

    @classmethod
    def well_formed(cls, pk: str) -> bool:
        return bool(UUID_FORM.fullmatch(pk))

    def row(self, pk: str, *, locked: bool = False) -> Model:
        """The model row in reach, for a service. Raises Hidden (404)."""
        if not self.well_formed(pk):
            raise Hidden
        rows = self.plain_rows()
        rows = rows.select_related(*self.joins) if self.joins else rows
        row = (rows.select_for_update(of=("self",)) if locked else rows).filter(pk=pk).first()
        if row is None:
            raise Hidden
        return row

    # --- reading ------------------------------------------------------------------------------------------------------

    def list(self, request: Request) -> HttpResponseBase:
        query = request.query_params
        check_parameters(query, COMMON | set(self.filters.declared()))
        name = query.get("ordering") or next(iter(self.orderings))
        if name not in self.orderings:
            raise BadParameter("ordering", f"只能是 {'、'.join(self.orderings)}。")
        rows = self.filters(query, self.rows(), request=request).rows()
        ordering = self.orderings[name]
        if (wanted := query.get("format", "json")) != "json":
            return exports.register(self, rows.order_by(*ordering), wanted, query.get("reason", ""))
        purpose = f"{self.representation.resource}:{name}"
        page = keyset.paginate(
            rows,
            columns=self.representation.columns,
            ordering=ordering,
            limit=pagination.read_limit(query.get("limit")),
            cursor=pagination.read_cursor(query.get("cursor"), ordering=ordering, purpose=purpose),
            write=lambda values, back: self._page_href(keyset.write_cursor(values, back=back, purpose=purpose)),
        )
        return Response(
            {
                "results": [self.show(row) for row in page.rows],
                "next": page.next,
                "previous": page.previous,
                "count": pagination.count(rows, query.get("count")),
            }
        )

    def _page_href(self, cursor: str) -> str:
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return f"{self.request.path}?{query.urlencode()}"

    def show(self, row: Row) -> Row:
        return self.representation.build(row, self.caller, self.offers)

    def retrieve(self, request: Request, pk: str) -> Response:
        check_parameters(request.query_params, self.parameters)
        shown = self.shown(pk)
        if self.representation.subject:
            subject = f"{self.representation.subject}:{pk}"
            shown["trail"] = trails.entries(subject, most=SHOWN_STEPS, newest_first=True)
        return Response(shown, headers={"ETag": self.etag(shown)})

    def shown(self, pk: Any) -> Row:
        """The representation of one row. Raises Hidden (404)."""
        if not self.well_formed(str(pk)):
            raise Hidden
        row = self.rows().filter(pk=pk).values(*self.representation.columns).first()
        if row is None:
            raise Hidden
        return self.show(row)

    def shown_by(self, view: "type[ResourceView]", pk: Any) -> Row:
        """A row of another resource as this caller sees it. Raises Hidden (404)."""
        other = view()
        other.caller = self.caller
        return other.shown(pk)

    # --- changing -----------------------------------------------------------------------------------------------------

    @staticmethod
    def etag(shown: Row) -> str:
        """The version of what the caller saw, leaving out what depends on the moment rather than on the text."""
        text = {k: v for k, v in shown.items() if k not in ("actions", "links", "light", "trail")}
        return f'"{version_of(text)}"'

    def changed(self, pk: str, change: Callable[[Model], Any]) -> Response:
        """PATCH: nothing is overwritten that the caller has not seen. Raises StaleVersion (412)."""
        seen = self.request.headers.get("If-Match", "")
        if not seen:
            raise BadParameter("If-Match", "修改前请带上读取时的 ETag，以免覆盖别人的修改。", code="if_match_missing")
        with transaction.atomic():
            row = self.row(pk, locked=True)
            current = self.etag(self.shown(pk))
            if seen.strip() != "*" and current not in [each.strip().removeprefix("W/") for each in seen.split(",")]:
                raise StaleVersion
            change(row)
            shown = self.shown(pk)
        return Response(shown, headers={"ETag": self.etag(shown)})
