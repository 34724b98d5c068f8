"""Secrets at rest: read back with the key, refused when changed, still read after the key was rotated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import sealing


@given(st.text(max_size=200))
def test_what_is_sealed_is_read_back(text):
    assert sealing.unseal(sealing.seal(text)) == text


def test_sealing_twice_shows_nothing():
    assert sealing.seal("一样") != sealing.seal("一样")


@pytest.mark.parametrize("sealed", ["", "x", "gAAAAA", "gAAAAABmnop" * 9])
def test_what_was_not_sealed_is_refused(sealed):
    with pytest.raises(ValueError, match="sealed"):
        sealing.unseal(sealed)


def test_a_changed_text_is_refused():
    sealed = sealing.seal("JBSWY3DPEHPK3PXP")
    middle = len(sealed) // 2
    with pytest.raises(ValueError, match="changed"):
        sealing.unseal(sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :])


def test_the_key_can_be_rotated(settings):
    sealed = sealing.seal("secret")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key"
    assert sealing.unseal(sealed) == "secret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="key"):
        sealing.unseal(sealed)


def test_fingerprints_depend_on_purpose_and_key(settings):
    one = sealing.fingerprint("secret", purpose="a")
    assert sealing.matches("secret", one, purpose="a")
    assert not sealing.matches("secret", one, purpose="b")
    settings.SECRET_KEY = "another-key"
    assert not sealing.matches("secret", one, purpose="a")
