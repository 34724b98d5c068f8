"""``@service``: one transaction, keyword-only, the actor stamped."""

import pytest
from django.db import connection

from kit.actors import System
from kit.services import request_id, service


@service
def who(*, actor) -> tuple[str, str, bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('liancun.actor'), current_setting('liancun.request')")
        return (*cursor.fetchone(), connection.in_atomic_block)


@pytest.mark.parametrize(
    "verb",
    [lambda actor: None, lambda *, title: None, lambda title, *, actor: None],
    ids=["positional actor", "no actor", "one positional"],
)
def test_a_verb_takes_keywords_and_an_actor(verb):
    with pytest.raises(TypeError, match="keyword-only"):
        service(verb)


@pytest.mark.django_db(transaction=True)
def test_actor_and_request_are_stamped_inside_one_transaction():
    token = request_id.set("req-1")
    try:
        assert who(actor=System("clock")) == ("system:clock", "req-1", True)
    finally:
        request_id.reset(token)


@pytest.mark.django_db(transaction=True)
def test_the_stamp_does_not_outlive_the_transaction():
    """The connection goes back to the pool: the next request must not inherit an actor."""
    who(actor=System("clock"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('liancun.actor', true), '')")
        assert cursor.fetchone()[0] == ""
