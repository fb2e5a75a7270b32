"""Stands in for Messenger's Graph API: takes what the bot sends, refuses what Messenger would, remembers all of it."""

PAGE_TOKEN = "page-token-segue-local"
PAGE_ID = "100000000000001"
VERSION = "v26.0"


def app_scoped(person: str) -> str:
    """The id by which the app knows a person whom the page knows as `person`; the same again leads back."""
    return person[::-1]
