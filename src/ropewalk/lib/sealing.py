"""Secrets at rest: AES-256-GCM, bound to where they belong, so that a sealed text moved to another row opens nothing.

Keys come from the caller, newest first; they never lie in a database. Start with `seal` and `unseal`.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "1"
NONCE = 12  # bytes


class NotUnsealed(Exception):
    """No key that is there opens the text, or it belongs somewhere else."""


def seal(text: str, *, context: str, keys: Sequence[str]) -> str:
    """The text sealed by the newest key; `context` ("company|source|field") must be said again to open it."""
    nonce = os.urandom(NONCE)
    sealed = AESGCM(_key(keys[0])).encrypt(nonce, text.encode(), context.encode())
    return f"{VERSION}:{_mark(keys[0])}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, *, context: str, keys: Sequence[str]) -> str:
    """The text that was sealed for this context. Raises NotUnsealed."""
    try:
        version, mark, body = sealed.split(":")
        raw = base64.urlsafe_b64decode(body)
    except ValueError:
        raise NotUnsealed from None
    if version != VERSION:
        raise NotUnsealed
    for key in keys:
        if _mark(key) == mark:
            try:
                return AESGCM(_key(key)).decrypt(raw[:NONCE], raw[NONCE:], context.encode()).decode()
            except (InvalidTag, ValueError):
                raise NotUnsealed from None
    raise NotUnsealed


def opens(sealed: str, *, context: str, keys: Sequence[str]) -> bool:
    """Whether one of the keys opens the text where it belongs."""
    try:
        unseal(sealed, context=context, keys=keys)
    except NotUnsealed:
        return False
    return True


def _key(key: str) -> bytes:
    return hashlib.sha256(b"ropewalk data key\0" + key.encode()).digest()


def _mark(key: str) -> str:
    """Which key it was, without telling anything of it."""
    return hashlib.sha256(b"ropewalk key mark\0" + key.encode()).hexdigest()[:8]
