"""What the tests of the admin share: addresses, and a browserless visit as one of the cast."""

import pytest
from django.urls import reverse


class Visit:
    """One person at the admin."""

    def __init__(self, client, person) -> None:
        self.client = client
        if person.is_authenticated:
            client.force_login(person)

    @staticmethod
    def address(model: str, page: str, *args) -> str:
        app, _, name = model.rpartition(".")
        return reverse(f"admin:{app or 'orgs'}_{name}_{page}", args=args)

    def listing(self, model: str, **query):
        return self.client.get(self.address(model, "changelist"), query)

    def rows(self, model: str, **query) -> list:
        return list(self.listing(model, **query).context["cl"].result_list)

    def open(self, model: str, row):
        return self.client.get(self.address(model, "change", getattr(row, "pk", row)))

    def seen(self, model: str, row) -> str:
        """The version that the row's page carries; nothing where there is no page."""
        page = self.open(model, row)
        return page.context["adminform"].form.seen if page.status_code == 200 else ""

    def change(self, model: str, row, seen: str | None = None, **values):
        """Save the change form as its page would: with the version that was seen, by default the present one."""
        seen = self.seen(model, row) if seen is None else seen
        return self.client.post(self.address(model, "change", getattr(row, "pk", row)), {"_seen": seen, **values})

    def add(self, model: str, **values):
        return self.client.post(self.address(model, "add"), values)

    def ask(self, model: str, row, act: str):
        return self.client.get(self.address(model, "act", getattr(row, "pk", row), act))

    def do(self, model: str, row, act: str, **values):
        return self.client.post(self.address(model, "act", getattr(row, "pk", row), act), values)

    def pick(self, model: str, field: str, term: str = ""):
        query = {"app_label": "orgs", "model_name": model, "field_name": field, "term": term}
        answer = self.client.get(reverse("admin:autocomplete"), query)
        return (
            [each["text"] for each in answer.json()["results"]] if answer.status_code == 200 else [answer.status_code]
        )


@pytest.fixture
def visit(client):
    return lambda person: Visit(client, person)


def sentences(answer) -> str:
    """Everything a form complains about, in one string."""
    form = answer.context["adminform"].form if answer.context.get("adminform") else answer.context["form"]
    return "；".join(str(error) for errors in form.errors.values() for error in errors)
