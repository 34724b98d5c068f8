"""The admin screens of 组织准备, through the real addresses."""

import pytest
from django.urls import reverse

SCREENS = ["organization", "jointorg", "membership", "person", "posting", "division"]


def listing(model: str) -> str:
    return reverse(f"admin:orgs_{model}_changelist")


@pytest.mark.parametrize("model", SCREENS)
def test_a_township_cadre_opens_every_list(client, cadre_chen, model):
    client.force_login(cadre_chen)
    answer = client.get(listing(model))
    assert answer.status_code == 200


@pytest.mark.parametrize("model", SCREENS)
def test_a_township_cadre_opens_a_row(client, cast, cadre_chen, model):
    client.force_login(cadre_chen)
    answer = client.get(listing(model))
    row = answer.context["cl"].result_list[0]
    answer = client.get(reverse(f"admin:orgs_{model}_change", args=[row.pk]))
    assert answer.status_code == 200


def test_start_page(client, cadre_chen):
    client.force_login(cadre_chen)
    answer = client.get(reverse("admin:index"))
    assert answer.status_code == 200
