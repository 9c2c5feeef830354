"""PINs of supervisors: digits as they stand, or a hash that cannot be read back."""

import hashlib
import hmac
import os
import re

_PIN = re.compile(r"[0-9]{4,12}")


def hashed(pin: str) -> str:
    """What may stand in a shop card instead of the digits."""
    salt = os.urandom(16)
    return f"scrypt:{salt.hex()}:{_digest(pin, salt).hex()}"


def matches(pin: str, stored: str) -> bool:
    """Whatever was typed: only what can be a PIN is compared."""
    if not _PIN.fullmatch(pin):
        return False
    kind, _colon, rest = stored.partition(":")
    if kind != "scrypt":
        return hmac.compare_digest(pin.encode(), stored.encode())
    salt, _colon, digest = rest.partition(":")
    return hmac.compare_digest(_digest(pin, bytes.fromhex(salt)), bytes.fromhex(digest))


def _digest(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**12, r=8, p=1, dklen=32)
