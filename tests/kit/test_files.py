"""Private files: kept whole or not at all, opened only by those who may read what they belong to."""

import errno
import io
import os
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from kit import files, providers
from kit.actors import System
from kit.errors import DomainError, Hidden, RuleBroken
from kit.files import storing
from kit.models import StoredFile
from kit.services import stamp
from tests.kit import upload_corpus
from tests.kitapp.models import Thing

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
CLERK = System("test")
LONG_AGO = NOW.timestamp() - 10 * 86400

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def thing():
    stamp(CLERK)
    return Thing.objects.create(title="现场照片")


@pytest.fixture
def readers(monkeypatch):
    """Persons named here may read things."""
    names = set()
    monkeypatch.setattr(providers, "_providers", dict(providers._providers))
    providers.register("files.may_read.kitapp", lambda person, subject: person in names)
    return names


def keep(thing, data=None, name="现场.jpg"):
    upload = SimpleUploadedFile(name, upload_corpus.photo() if data is None else data)
    with transaction.atomic():
        stamp(CLERK)
        return files.keep(upload, subject=thing, actor=CLERK, at=NOW)


def on_disk(media):
    return [path for path in media.rglob("*") if path.is_file()]


def test_a_file_lies_outside_the_web_root_under_its_hash(thing, media):
    row = keep(thing)
    (path,) = on_disk(media)
    assert path == media / row.sha256[:2] / row.sha256[2:4] / row.sha256
    assert path.stat().st_size == row.size
    assert path.stat().st_mode & 0o077 == 0
    assert (row.subject, row.name, row.kind) == (f"kitapp.thing:{thing.pk}", "现场.jpg", "jpg")


def test_the_same_content_is_stored_once(thing, media):
    assert keep(thing).pk != keep(thing, name="又一张.jpg").pk
    assert len(on_disk(media)) == 1


@pytest.mark.parametrize(
    ("name", "data", "code"),
    upload_corpus.hostile(),
    ids=[f"{number}-{code}" for number, (_, _, code) in enumerate(upload_corpus.hostile())],
)
def test_of_a_refused_upload_nothing_is_stored(thing, media, name, data, code):
    """Upload corpus: 0 rows, 0 files."""
    with pytest.raises(RuleBroken) as refusal:
        keep(thing, data, name)
    assert refusal.value.code == code
    assert not StoredFile.objects.exists()
    assert on_disk(media) == []


def test_ten_megabytes_of_text_are_refused_with_their_limit(thing):
    with pytest.raises(RuleBroken, match="文本不能超过 1 MB"):
        keep(thing, b"a" * 10 * 2**20, "big.txt")


def test_a_huge_upload_is_refused_before_it_is_read(thing):
    class Endless(io.BytesIO):
        name, size = "a.pdf", 10**9

        def read(self, *args):
            raise AssertionError("was read")

    with pytest.raises(RuleBroken, match="20 MB"), transaction.atomic():
        files.keep(Endless(), subject=thing, actor=CLERK, at=NOW)


def test_an_upload_that_lies_about_its_size_is_still_bounded(thing):
    class Liar(io.BytesIO):
        name, size = "a.pdf", 10

    with pytest.raises(RuleBroken, match="20 MB"), transaction.atomic():
        files.keep(Liar(upload_corpus.pdf(b"0" * 30 * 2**20)), subject=thing, actor=CLERK, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_file_belongs_to_the_transaction_of_its_subject():
    with pytest.raises(TransactionManagementError):
        files.keep(SimpleUploadedFile("a.jpg", b"x"), subject="kitapp.thing:1", actor=CLERK, at=NOW)


# --- full disks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failing", ["fsync", "open"])
def test_a_full_disk_is_a_clear_refusal_and_leaves_nothing(thing, media, monkeypatch, failing):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storing.os, failing, full)
    with pytest.raises(DomainError) as refusal:
        keep(thing)
    assert (refusal.value.code, refusal.value.status) == ("storage_full", 503)
    monkeypatch.undo()
    assert not StoredFile.objects.exists()
    assert on_disk(media) == []


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 300 KB; needs the right to mount."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if not done or done.returncode:
        pytest.skip("这里不能挂载小磁盘（需要 root 与 mount）")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.faults
def test_a_really_full_disk_is_refused_and_works_again_after(thing, settings, small_disk):
    """Disk full on uploads: a clear refusal, nothing torn, and once there is room the same upload passes."""
    settings.MEDIA_ROOT = small_disk
    ballast = small_disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"0" * 4096)
    with pytest.raises(DomainError, match="存储空间已满"):
        keep(thing)
    assert not StoredFile.objects.exists()
    assert on_disk(small_disk) == [ballast]
    ballast.unlink()
    assert keep(thing).size
    assert len(on_disk(small_disk)) == 1


# --- reading ---------------------------------------------------------------------------------------------------------


def test_only_those_who_may_read_the_subject_open_it(thing, readers):
    row = keep(thing)
    with pytest.raises(Hidden):
        files.open_for("outsider", row.pk)
    readers.add("li")
    with files.open_for("li", row.pk).content as content:
        assert content.read().startswith(b"\xff\xd8\xff")


def test_absent_and_foreign_look_the_same(thing, readers):
    """S4: one refusal for both, word for word."""
    row = keep(thing)
    refusals = []
    for file_id in (row.pk, uuid4()):
        with pytest.raises(Hidden) as refusal:
            files.open_for("outsider", file_id)
        refusals.append((refusal.value.code, refusal.value.message))
    assert refusals[0] == refusals[1]


def test_without_a_provider_nobody_reads(thing):
    with pytest.raises(Hidden):
        files.open_for("li", keep(thing).pk)


@pytest.mark.parametrize(("name", "data"), upload_corpus.good().items(), ids=upload_corpus.good())
def test_every_download_is_an_attachment(thing, readers, name, data):
    readers.add("li")
    response = files.answer("li", keep(thing, data, name).pk)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    assert "html" not in response["Content-Type"]
    assert "svg" not in response["Content-Type"]
    response.close()


def test_only_photos_are_shown_in_place(thing, readers):
    readers.add("li")
    photo, text = keep(thing), keep(thing, b"hello", "a.txt")
    answers = [files.answer("li", row.pk, inline=True) for row in (photo, text)]
    assert [each["Content-Disposition"].partition(";")[0] for each in answers] == ["inline", "attachment"]
    for each in answers:
        each.close()


def test_a_lost_blob_is_said_and_found_at_night(thing, readers, media, caplog):
    readers.add("li")
    row = keep(thing)
    assert list(storing.lost()) == []
    storing.location(row.sha256).write_bytes(b"x")
    assert "大小不对" in next(iter(storing.lost()))
    storing.location(row.sha256).unlink()
    assert "不见了" in next(iter(storing.lost()))
    with pytest.raises(DomainError, match="暂时取不到"):
        files.open_for("li", row.pk)


# --- tidying up ------------------------------------------------------------------------------------------------------


def test_what_a_failed_transaction_left_is_swept_after_two_days(thing, media):
    kept = keep(thing)
    with suppress(ZeroDivisionError), transaction.atomic():
        keep(thing, b"hello", "a.txt")
        raise ZeroDivisionError
    torn = media / "incoming" / "torn"
    torn.write_bytes(b"x")
    assert storing.sweep_orphans() == 0  # too young
    for path in on_disk(media):
        os.utime(path, (LONG_AGO, LONG_AGO))
    assert storing.sweep_orphans() == 2
    assert on_disk(media) == [storing.location(kept.sha256)]


def test_a_discarded_file_goes_with_its_last_row(thing, media):
    first, second = keep(thing), keep(thing)
    os.utime(storing.location(first.sha256), (LONG_AGO, LONG_AGO))
    stamp(CLERK)
    files.discard(first)
    assert storing.sweep_orphans() == 0
    files.discard(second)
    assert storing.sweep_orphans() == 1
    assert on_disk(media) == []


def _keep_while_sweeping(media, superuser):
    """A blob two days old is wanted again: the sweep starts between the look at the disk and the commit of the row."""
    content = b"hello"
    sha256 = storing.hashlib.sha256(content).hexdigest()
    storing._write(sha256, content)
    os.utime(storing.location(sha256), (LONG_AGO, LONG_AGO))
    written, go_on = threading.Event(), threading.Event()

    def store():
        try:
            with transaction.atomic():
                stamp(CLERK)
                files.keep(SimpleUploadedFile("a.txt", content), subject="kitapp.thing:1", actor=CLERK, at=NOW)
                written.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    def sweep():
        try:
            return storing.sweep_orphans()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        storing_ = pool.submit(store)
        assert written.wait(30)
        sweeping = pool.submit(sweep)
        for _ in range(250):
            waiting = superuser.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone()
            if waiting or sweeping.done():
                break
            threading.Event().wait(0.02)
        go_on.set()
        storing_.result(30)
        return sweeping.result(30), list(storing.lost())


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_the_sweep_waits_for_whoever_is_keeping_the_same_content(media, superuser):
    assert _keep_while_sweeping(media, superuser) == (0, [])


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_the_sweep_takes_a_wanted_blob(media, superuser, monkeypatch):
    def careless(path):
        if StoredFile.objects.filter(sha256=path.name).exists():
            return 0
        path.unlink()
        return 1

    monkeypatch.setattr(storing, "_remove_if_orphan", careless)
    removed, lost = _keep_while_sweeping(media, superuser)
    assert removed == 1
    assert "不见了" in lost[0]
