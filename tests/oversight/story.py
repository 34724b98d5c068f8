"""The demo's case with its quarters: what every role sees on the dashboard."""

from django.utils import timezone

from lianCun.demo import load
from orgs.models import Person


def load_demo() -> dict[str, Person]:
    """The people of the demo by their login."""
    assert load.load(now=timezone.now(), requests=False)
    return {person.username: person for person in Person.objects.exclude(username=None)}
