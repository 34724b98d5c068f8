"""Secrets that must be read back (TOTP seeds, webhook keys), encrypted at rest with a key from SECRET_KEY."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

_PURPOSE = b"liancun.sealing.v1"


def _key(secret_key: str) -> bytes:
    """32 bytes, url-safe base64: HKDF is not needed, SECRET_KEY is random and the purpose keeps uses apart."""
    return base64.urlsafe_b64encode(hmac.digest(secret_key.encode(), _PURPOSE, "sha256"))


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(key)) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def seal(secret: str) -> str:
    """Encrypt and authenticate (Fernet: AES-128-CBC with HMAC-SHA256). Two calls give two texts."""
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The text that ``seal`` was given. ValueError when it was changed, or sealed with a key no longer known."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise ValueError("the sealed text was changed or its key is gone") from error


def token() -> str:
    """256 random bits as text, for cookies and links."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str, *, purpose: str) -> str:
    """Keyed SHA-256 in hex, to find a random secret again without keeping it. Not for passwords or PINs."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}\0{secret}".encode(), hashlib.sha256).hexdigest()


def matches(secret: str, known: str, *, purpose: str) -> bool:
    """Is this the secret whose fingerprint is ``known``? Takes the same time either way."""
    return hmac.compare_digest(fingerprint(secret, purpose=purpose), known)
