"""Several clerks save one admin form at the same moment: one save stands, the others are refused, none is lost."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from kit.admin.governed import GovernedAdmin
from orgs.models import Organization
from tests.cast import make_cast

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

CLERKS = 4


def together(cast) -> list[int]:
    """All have the same page open and press 保存 together; returns the statuses: 302 saved, 200 shown again."""
    address = reverse("admin:orgs_organization_change", args=[cast.mingyue.pk])
    clients = [Client() for _ in range(CLERKS)]
    for client in clients:
        client.force_login(cast.cadre_chen)
    seen = clients[0].get(address).context["adminform"].form.seen
    barrier, statuses = threading.Barrier(CLERKS), []

    def save(number: int, client: Client) -> None:
        values = {"_seen": seen, "name": "明月村党支部", "credit_code": "", "contact_phone": f"0827-500000{number}"}
        try:
            barrier.wait(20)
            statuses.append(client.post(address, values).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=each) for each in enumerate(clients)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sorted(statuses)


def test_of_saves_at_one_moment_one_stands():
    cast = make_cast()
    assert together(cast) == [200] * (CLERKS - 1) + [302]
    assert Organization.objects.get(pk=cast.mingyue.pk).contact_phone.startswith("0827-500000")


def test_control_without_the_lock_all_pass_the_comparison(monkeypatch):
    """Everybody compares before anybody has saved: all but the last are overwritten without a word."""
    compared = threading.Barrier(CLERKS)

    def unlocked(self, request, row):
        fresh = self.get_object(request, str(row.pk))
        compared.wait(20)
        return fresh

    monkeypatch.setattr(GovernedAdmin, "under_lock", unlocked)
    assert together(make_cast()) == [302] * CLERKS
