"""Writing twice has one effect (L9's sister for every door): same key and request → same answer."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from kit import idempotency
from kit.idempotency import Answer, KeyReused, fingerprint, run_once
from kit.ids import new_id
from kit.models import IdempotencyRecord

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass
class Somebody:
    pk: UUID


@pytest.fixture
def person():
    return Somebody(new_id())


def ask(person, fn, *, key="k-1", asked="f" * 64, now=NOW):
    return run_once(person=person, key=key, fingerprint=asked, now=now, fn=fn)


@pytest.mark.django_db
def test_a_repetition_gets_the_first_answer_and_no_second_effect(person):
    effects = []

    def effect():
        effects.append(1)
        return Answer(201, {"id": "x", "n": len(effects)})

    first = ask(person, effect)
    again = ask(person, effect)
    assert effects == [1]
    assert (again.status, again.body, again.replayed) == (201, {"id": "x", "n": 1}, True)
    assert not first.replayed


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused(person):
    ask(person, lambda: Answer(200, {}))
    with pytest.raises(KeyReused) as refusal:
        ask(person, lambda: Answer(200, {"other": 1}), asked="e" * 64)
    assert (refusal.value.status, refusal.value.code) == (409, "idempotency_key_reused")


@pytest.mark.django_db
def test_keys_of_two_people_never_meet(person):
    ask(person, lambda: Answer(200, {"whose": 1}))
    assert ask(Somebody(new_id()), lambda: Answer(200, {"whose": 2})).body == {"whose": 2}


@pytest.mark.django_db
def test_a_refused_request_keeps_nothing_and_leaves_the_key_free(person):
    def refused():
        raise ValueError("a rule")

    with pytest.raises(ValueError, match="a rule"):
        ask(person, refused)
    assert not IdempotencyRecord.objects.exists()
    assert ask(person, lambda: Answer(200, {"now": True})).body == {"now": True}


@pytest.mark.django_db
def test_kept_seven_days(person):
    ask(person, lambda: Answer(200, {}), key="old", now=NOW - timedelta(days=7, seconds=1))
    ask(person, lambda: Answer(200, {}), key="young", now=NOW - timedelta(days=6, hours=23))
    assert idempotency.purge(now=NOW) == 1
    assert list(IdempotencyRecord.objects.values_list("key", flat=True)) == ["young"]


def test_fingerprint_reads_the_content_not_its_spelling():
    assert fingerprint("POST", "/a/", {"x": 1, "y": [2]}) == fingerprint("POST", "/a/", {"y": [2], "x": 1})
    assert fingerprint("POST", "/a/", {"x": 1}) != fingerprint("POST", "/b/", {"x": 1})
    assert fingerprint("POST", "/a/", {"x": 1}) != fingerprint("POST", "/a/", {"x": "1"})


@pytest.mark.parametrize(
    "text, good", [("k", True), ("a" * 80, True), ("", False), ("a" * 81, False), ("空", False), ("a b", False)]
)
def test_form_of_a_key(text, good):
    assert idempotency.is_key(text) is good


def _race(person, claim_first: bool) -> tuple[list[Answer], int]:
    """Two requests with one key at the same moment; the first holds its transaction until the second has arrived."""
    inside, effects, answers = threading.Event(), [], []
    lock = threading.Lock()

    def effect():
        with lock:
            effects.append(1)
            number = len(effects)
        inside.set()
        if number == 1:
            _wait_until_somebody_waits() if claim_first else second_done.wait(5)
        return Answer(201, {"n": number})

    second_done = threading.Event()

    def request():
        try:
            if claim_first:
                answers.append(ask(person, effect))
            else:  # control: look first, insert afterwards, as naive code does
                with transaction.atomic():
                    if not IdempotencyRecord.objects.filter(person_id=person.pk, key="k-1").exists():
                        answers.append(effect())
        finally:
            if effects and threading.current_thread().name == "second":
                second_done.set()
            connection.close()

    first = threading.Thread(target=request, name="first")
    second = threading.Thread(target=request, name="second")
    first.start()
    assert inside.wait(5)
    second.start()
    first.join(10)
    second.join(10)
    return answers, len(effects)


def _wait_until_somebody_waits() -> None:
    """Until another connection waits for this transaction: the insert of the same key."""
    with connection.cursor() as cursor:
        for _ in range(2000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("the second request never waited")


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_concurrent_requests_with_one_key_have_one_effect(person):
    answers, effects = _race(person, claim_first=True)
    assert effects == 1
    assert [answer.body for answer in answers] == [{"n": 1}, {"n": 1}]
    assert sorted(answer.replayed for answer in answers) == [False, True]


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_control_without_the_claim_both_have_an_effect(person):
    _, effects = _race(person, claim_first=False)
    assert effects == 2
