"""Upload corpus: what is taken comes out harmless, everything else gets a Chinese sentence at the field."""

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kit.errors import RuleBroken
from kit.files.content import Limits, check, clean_name
from tests.kit import upload_corpus

LIMITS = Limits()


@pytest.mark.parametrize(("name", "data"), upload_corpus.good().items(), ids=upload_corpus.good())
def test_ordinary_files_are_taken(name, data):
    checked = check(data, name, LIMITS)
    assert checked.name.endswith(f".{checked.kind.extensions[0]}")
    assert checked.data


@pytest.mark.parametrize(
    ("name", "data", "code"),
    upload_corpus.hostile(),
    ids=[f"{number}-{code}-{name}" for number, (name, _, code) in enumerate(upload_corpus.hostile())],
)
def test_hostile_files_are_refused_in_chinese(name, data, code):
    with pytest.raises(RuleBroken) as refusal:
        check(data, name, LIMITS)
    assert refusal.value.code == code
    assert refusal.value.errors["file"] == [refusal.value.message]
    assert any("\u4e00" <= c <= "\u9fff" for c in refusal.value.message)


def test_a_photo_forgets_where_it_was_taken_and_stands_upright():
    original = upload_corpus.located_photo()
    assert b"SecretPhoneMaker" in original  # the control: it was there
    kept = check(original, "现场.jpg", LIMITS).data
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif()
        assert image.size == (300, 400)
    assert b"SecretPhoneMaker" not in kept
    assert b"Exif" not in kept


def test_nothing_hidden_behind_a_photo_survives():
    """Polyglot: a real photo with a web page and an archive behind it comes out as the photo alone."""
    kept = check(upload_corpus.photo() + upload_corpus.HTML + upload_corpus.archive(a=b"1"), "a.jpg", LIMITS).data
    assert b"<script>" not in kept
    assert b"PK\x03\x04" not in kept


def test_large_photos_shrink_below_the_limit():
    big = upload_corpus.photo("PNG", size=(3000, 2000), noise=True)
    assert len(big) > LIMITS.photo  # the control
    kept = check(big, "a.png", LIMITS).data
    assert len(kept) <= LIMITS.photo
    with Image.open(io.BytesIO(kept)) as image:
        assert max(image.size) <= 2560


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded():
    huge = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG")
    with pytest.raises(RuleBroken, match="五千万像素"):
        check(huge.getvalue(), "a.png", LIMITS)


def test_text_is_kept_as_utf8():
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert check("三江镇，1600亩\n".encode(encoding), "a.txt", LIMITS).data.decode() == "三江镇，1600亩\n"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\请示.pdf", "请示.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ('<img src=x>".pdf', "_img src=x__.pdf"),
        (".pdf", "未命名.pdf"),
        ("", "未命名"),
        ("村" * 300 + ".docx", "村" * 100 + ".docx"),
    ],
)
def test_names_lose_what_could_hurt(name, shown):
    assert clean_name(name) == shown


GOOD = upload_corpus.good()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_damaged_files_are_taken_or_refused_and_never_crash(name, data):
    body = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place] = data.draw(st.integers(0, 255))
    body = body[: data.draw(st.integers(1, len(body)))]
    with suppress(RuleBroken):
        assert check(bytes(body), name, LIMITS).data
