"""/files/…: a login, a post, and the right to read what the file belongs to; then an attachment and nothing else."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from kit import files, providers
from tests.kit import upload_corpus

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(cast, settings, tmp_path, monkeypatch):
    """A photo that belongs to 明月村, readable by its secretary alone."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(providers, "_providers", dict(providers._providers))
    providers.register("files.may_read.orgs", lambda person, subject: person == cast.secretary_li)
    upload = SimpleUploadedFile("阵地.jpg", upload_corpus.photo())
    now = datetime(2026, 11, 23, 6, tzinfo=UTC)
    with transaction.atomic():
        return files.keep(upload, subject=cast.mingyue, actor=cast.secretary_li, at=now)


def address(file_id):
    return reverse("file", args=[file_id])


def test_the_reader_gets_an_attachment(client, cast, photo):
    client.force_login(cast.secretary_li)
    answer = client.get(address(photo.pk))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")


def test_a_photo_may_appear_in_a_page(client, cast, photo):
    client.force_login(cast.secretary_li)
    answer = client.get(address(photo.pk) + "?show")
    assert answer["Content-Disposition"].startswith("inline")
    answer.close()


@pytest.mark.parametrize("who", ["secretary_wang", "secretary_sun", "district_zhao"])
def test_for_everybody_else_it_is_not_there(client, cast, photo, who):
    """S4: like a file that never was."""
    client.force_login(cast[who])
    foreign, absent = client.get(address(photo.pk)), client.get(address(uuid4()))
    assert foreign.status_code == absent.status_code == 404


def test_without_login_or_post_there_is_nothing(client, cast, photo):
    assert client.get(address(photo.pk)).status_code == 302
    client.force_login(cast.outsider)
    assert client.get(address(photo.pk)).status_code == 403


def test_files_are_only_read_here(client, cast, photo):
    client.force_login(cast.secretary_li)
    assert client.post(address(photo.pk)).status_code == 405
