"""Things: a governed row with every kind of column, and what its lifecycle tests move."""

from django.db import models

from kit.ids import new_id
from kit.lifecycle import Lifecycle, move
from kit.scoping import Place


class ThingState(models.TextChoices):
    DRAFT = "draft", "草稿"
    OPEN = "open", "进行中"
    DONE = "done", "已办结"


THING = Lifecycle(
    "thing",
    ThingState,
    [
        move("start", "开始", sources=[ThingState.DRAFT], target=ThingState.OPEN, verb="thing.start"),
        move("finish", "办结", sources=[ThingState.OPEN], target=ThingState.DONE, verb="thing.finish"),
    ],
)


class Thing(models.Model):
    """测试物: title is ordinary, holder and phone are personal, secret is secret, touched_at is ignored."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=100)
    holder = models.CharField(max_length=50, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    secret = models.CharField(max_length=50, blank=True)
    touched_at = models.DateTimeField(null=True)
    count = models.IntegerField(default=0)
    path = models.CharField(max_length=100, default="d511902/t107/")
    state = models.CharField(max_length=10, choices=ThingState.choices, default=ThingState.DRAFT)

    class Meta:
        constraints = [THING.constraint("thing_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> Place:
        return Place(self.path)


class Loaded(models.Model):
    """测试码: rows that arrive as one load, like the published division codes."""

    code = models.CharField(primary_key=True, max_length=12)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.code


class Effect(models.Model):
    """What a subscriber did, one row an effect, without any uniqueness, so that a double would show."""

    subscriber = models.CharField(max_length=50)
    fact = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.subscriber} {self.fact}"
