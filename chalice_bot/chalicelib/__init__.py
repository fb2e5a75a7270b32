"""The bot's own code: everything `app.py` and `python -m chalicelib` need, and nothing else of segue."""
