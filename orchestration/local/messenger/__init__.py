"""Stands in for Messenger's Graph API: takes what the bot sends, refuses what Messenger would, remembers all of it."""

PAGE_TOKEN = "page-token-segue-local"
PAGE_ID = "100000000000001"
VERSION = "v26.0"
