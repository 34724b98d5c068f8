"""How a row looks from outside, declared once: columns to read, keys to show, the schema, the register's columns.

Lists are built from ``values()`` rows, not from model instances; that is most of what a list costs.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerChoices, TextChoices
from django.utils import timezone
from rest_framework import serializers

from kit.api.trails import TrailEntry
from kit.lifecycle import named
from kit.scoping import Place

Row = dict[str, Any]
NOWHERE = Place("")
PREFIX = "/api/v1"


def href(resource: str, key: Any = "", verb: str = "") -> str:
    """``/api/v1/motions/ID/submit/``; path only, so that it holds behind any proxy."""
    return "/".join(part for part in (PREFIX, resource, str(key), verb) if part) + "/"


class Show:
    """One key of the answer. ``source``: the column it is read from, if it is not the key's own name."""

    schema: type[serializers.Field] = serializers.CharField

    def __init__(self, title: str, source: str = "", *, null: bool = False, **options: Any) -> None:
        self.title = title
        self.source = source
        self.null = null
        self.options = options

    def bind(self, name: str) -> None:
        self.name = name
        self.source = self.source or name

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.source,)

    def value(self, raw: Any) -> Any:
        return raw

    def put(self, row: Row, out: Row, caller: Any) -> None:
        raw = row[self.source]
        out[self.name] = None if raw is None else self.value(raw)

    def schemas(self) -> dict[str, serializers.Field]:
        return {self.name: self.schema(label=self.title, read_only=True, allow_null=self.null, **self.options)}

    def cells(self) -> list[tuple[str, Callable[[Row], Any]]]:
        """(heading, reader of the built answer) for the register."""
        return [(self.title, lambda out: out[self.name])]


class Id(Show):
    schema = serializers.UUIDField

    def value(self, raw: Any) -> str:
        return str(raw)

    def cells(self):
        return []


class Text(Show):
    pass


class Integer(Show):
    schema = serializers.IntegerField


class Flag(Show):
    schema = serializers.BooleanField

    def cells(self):
        return [(self.title, lambda out: "是" if out[self.name] else "否")]


class Day(Show):
    schema = serializers.DateField

    def value(self, raw: Any) -> str:
        return raw.isoformat()


class Instant(Show):
    schema = serializers.DateTimeField

    def value(self, raw: Any) -> str:
        return timezone.localtime(raw).isoformat()


class Choice(Show):
    """The identifier, and beside it ``*_label`` in Chinese. An empty string stands for nothing chosen."""

    def __init__(
        self,
        title: str,
        choices: type[TextChoices] | type[IntegerChoices],
        *args: Any,
        blank: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(title, *args, **kwargs)
        self.choices = choices
        self.blank = blank
        self.labels = {value: str(label) for value, label in choices.choices}

    def put(self, row: Row, out: Row, caller: Any) -> None:
        raw = row[self.source]
        out[self.name] = raw
        out[f"{self.name}_label"] = self.labels.get(raw, "")

    def schemas(self) -> dict[str, serializers.Field]:
        return {
            self.name: serializers.ChoiceField(
                choices=self.choices.choices, allow_blank=self.blank, label=self.title, read_only=True
            ),
            f"{self.name}_label": serializers.CharField(label=f"{self.title}（中文）", read_only=True),
        }

    def cells(self):
        return [(self.title, lambda out: out[f"{self.name}_label"])]


class Choices(Choice):
    """A list of identifiers with the list of their labels."""

    def put(self, row: Row, out: Row, caller: Any) -> None:
        out[self.name] = row[self.source]
        out[f"{self.name}_label"] = [self.labels[each] for each in row[self.source]]

    def schemas(self) -> dict[str, serializers.Field]:
        return {
            self.name: serializers.ListField(
                child=serializers.ChoiceField(choices=self.choices.choices), label=self.title, read_only=True
            ),
            f"{self.name}_label": serializers.ListField(
                child=serializers.CharField(), label=f"{self.title}（中文）", read_only=True
            ),
        }

    def cells(self):
        return [(self.title, lambda out: "、".join(out[f"{self.name}_label"]))]


class State(Choice):
    """``state`` and ``state_label`` of a row with a lifecycle."""

    def __init__(self, lifecycle: str, **kwargs: Any) -> None:
        declared = named(lifecycle)
        super().__init__("状态", declared.states, declared.field, **kwargs)


class Neighbour(serializers.Serializer):
    """A short pointer to another row."""

    id = serializers.CharField(label="编号")
    name = serializers.CharField(label="名称")
    href = serializers.CharField(label="地址")


class Ref(Show):
    """Another row as ``{id, name, href}``, or null."""

    def __init__(self, title: str, resource: str, key: str, label: str, *, null: bool = False) -> None:
        super().__init__(title, key, null=null)
        self.resource = resource
        self.label = label

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.source, self.label)

    def put(self, row: Row, out: Row, caller: Any) -> None:
        key = row[self.source]
        out[self.name] = (
            None
            if key is None
            else {"id": str(key), "name": str(row[self.label]), "href": f"{PREFIX}/{self.resource}/{key}/"}
        )

    def schemas(self) -> dict[str, serializers.Field]:
        return {self.name: Neighbour(label=self.title, read_only=True, allow_null=self.null)}

    def cells(self):
        return [(self.title, lambda out: out[self.name]["name"] if out[self.name] else "")]


class Computed(Show):
    """``fn(row, caller)`` over named columns; ``field`` is its schema."""

    def __init__(
        self,
        title: str,
        fn: Callable[[Row, Any], Any],
        field: serializers.Field,
        *,
        columns: Sequence[str] = (),
        register: bool = True,
    ) -> None:
        super().__init__(title)
        self.fn = fn
        self.field = field
        self.read = tuple(columns)
        self.register = register

    @property
    def columns(self) -> tuple[str, ...]:
        return self.read

    def put(self, row: Row, out: Row, caller: Any) -> None:
        out[self.name] = self.fn(row, caller)

    def schemas(self) -> dict[str, serializers.Field]:
        return {self.name: self.field}

    def cells(self):
        return super().cells() if self.register else []


class Light(serializers.ChoiceField):
    """Status by deadline."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("green", "绿"), ("yellow", "黄"), ("red", "红"), ("grey", "灰"), ("blue", "蓝")]
        super().__init__(choices=choices, allow_null=True, label="红黄绿灯", read_only=True, **kwargs)


class ActionShown(serializers.Serializer):
    """Something this caller may do with the row now."""

    verb = serializers.CharField(label="动作")
    label = serializers.CharField(label="按钮文字")  # type: ignore[assignment]  # a field by that name
    method = serializers.ChoiceField(choices=["POST", "PATCH"], label="请求方法")
    href = serializers.CharField(label="地址")


@dataclass(frozen=True)
class Offer:
    """A verb as it is offered on a row. ``policy`` and ``when`` read the row's columns.

    by: who may, where the row itself names the person (chair, teller, voter); asked instead of the policy. at: the
    resource whose collection takes the POST, where the step makes a row of another kind.
    """

    name: str
    label: str
    policy: Callable[[Row], str]
    when: Callable[[Row], bool]
    method: str = "POST"
    by: Callable[[Row, Any], bool] | None = None
    at: str = ""

    def stands(self, row: Row, caller: Any, place: Place) -> bool:
        """May this caller take this step on this row now?"""
        if not self.when(row):
            return False
        if self.by is not None:
            return self.by(row, caller)
        verb = self.policy(row)
        return verb == "" or caller.may(verb, place)

    def href(self, resource: str, key: Any) -> str:
        if self.at:
            return href(self.at)
        return href(resource, key, self.name if self.method == "POST" else "")


class Representation:
    """Subclass it: class attributes are ``Show``s; ``place`` and ``neighbours`` read the columns in ``reads``.

    A key that is one of the words below is declared with an underscore: ``title_ = show.Text(…)`` shows ``title``.
    """

    resource = ""
    title = ""
    key = "id"
    # Label of its facts, e.g. ``orgs.organization``; reading a single row then shows its latest steps too.
    subject = ""
    # Columns that place, neighbours and the offers' conditions need beside the shown ones.
    reads: tuple[str, ...] = ()
    shows: dict[str, Show]
    columns: tuple[str, ...]
    _serializer: type[serializers.Serializer]
    _detail_serializer: type[serializers.Serializer]

    def __init_subclass__(cls) -> None:
        inherited = {name: show for base in cls.__mro__[1:] for name, show in getattr(base, "shows", {}).items()}
        own = {name.rstrip("_"): show for name, show in vars(cls).items() if isinstance(show, Show)}
        cls.shows = inherited | own
        for name, show in cls.shows.items():
            show.bind(name)
        wanted: Iterable[str] = (column for show in cls.shows.values() for column in show.columns)
        cls.columns = tuple(dict.fromkeys([*wanted, *cls.reads, cls.key]))

    @staticmethod
    def place(row: Row) -> Place:
        """Where the row stands, from its columns; one's own things (a token) stand nowhere and ask no policy."""
        return NOWHERE

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        """The row's neighbours in the chain: name → href."""
        return {}

    @staticmethod
    def light(row: Row, caller: Any) -> str | None:
        return None

    @classmethod
    def build(cls, row: Row, caller: Any, offers: Sequence[Offer]) -> Row:
        out: Row = {}
        for show in cls.shows.values():
            show.put(row, out, caller)
        key = row[cls.key]
        out["light"] = cls.light(row, caller)
        place = cls.place(row) if offers else NOWHERE
        out["actions"] = [
            {
                "verb": offer.name,
                "label": offer.label,
                "method": offer.method,
                "href": offer.href(cls.resource, key),
            }
            for offer in offers
            if offer.stands(row, caller, place)
        ]
        out["links"] = {"self": href(cls.resource, key)} | cls.neighbours(row)
        return out

    @classmethod
    def serializer(cls) -> type[serializers.Serializer]:
        """The same shape as a serializer, for the schema alone."""
        known = cls.__dict__.get("_serializer")
        if known is None:
            fields: dict[str, serializers.Field] = {}
            for show in cls.shows.values():
                fields |= show.schemas()
            fields |= {
                "light": Light(),
                "actions": ActionShown(many=True, label="现在可以办的"),
                "links": serializers.DictField(child=serializers.CharField(), label="相邻各项", read_only=True),
            }
            known = type(
                cls.__name__.removesuffix("Shown"), (serializers.Serializer,), {"__doc__": cls.title, **fields}
            )
            cls._serializer = known
        return known

    @classmethod
    def detail_serializer(cls) -> type[serializers.Serializer]:
        """The single row: the same, with its trail if it has one."""
        listed = cls.serializer()
        if not cls.subject:
            return listed
        known = cls.__dict__.get("_detail_serializer")
        if known is None:
            trail = TrailEntry(many=True, label="最近的办理经过", read_only=True)
            known = type(f"{listed.__name__}Detail", (listed,), {"__doc__": cls.title, "trail": trail})
            cls._detail_serializer = known
        return known

    @classmethod
    def cells(cls) -> list[tuple[str, Callable[[Row], Any]]]:
        """Headings and readers of the register, in the order of the keys."""
        return [cell for show in cls.shows.values() for cell in show.cells()]
