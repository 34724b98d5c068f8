"""Liveness, readiness, and what a visitor sees while the database is away."""

import psycopg
import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path


@login_not_required
def needs_the_database(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("here")


@login_not_required
def meets_a_deadlock(request):
    raise OperationalError("deadlock detected") from psycopg.errors.DeadlockDetected("deadlock detected")


urlpatterns = [path("ask", needs_the_database), path("deadlock", meets_a_deadlock)]


@pytest.fixture
def away(django_db_blocker, monkeypatch):
    """The database refuses connections: its port is closed."""
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", 1)
    with django_db_blocker.unblock():
        yield
    connection.close()


def test_alive_without_asking_the_database(client):
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_ready_when_the_database_stands(client):
    assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.django_db
def test_not_ready_names_what_is_wrong(client, monkeypatch):
    monkeypatch.setattr("kit.database.EXTENSIONS", ("pg_trgm", "no_such_extension"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "no_such_extension" in answer.json()["problems"][0]


def test_not_ready_while_the_database_is_away(client, away):
    answer = client.get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


@override_settings(ROOT_URLCONF=__name__)
def test_any_page_answers_503_while_the_database_is_away(client, away):
    answer = client.get("/ask")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_whoever_is_signed_in_gets_503_too(away):
    """The session is read before any page is asked."""
    client = Client(raise_request_exception=False)
    client.cookies["session"] = "a" * 32
    answer = client.get("/me/")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0


@override_settings(ROOT_URLCONF=__name__)
def test_a_deadlock_on_a_living_connection_stays_a_fault():
    """Control: only a lost connection is excused."""
    assert Client(raise_request_exception=False).get("/deadlock").status_code == 500
