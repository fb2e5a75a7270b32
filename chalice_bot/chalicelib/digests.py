"""Ids of people and of messages as queue and logs know them: digests that lead nobody back."""

from hashlib import sha256


def digest(text: str) -> str:
    """The SHA-256 of a text, lone surrogates included, as 64 hex digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
