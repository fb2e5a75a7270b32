"""Trino itself: fetched once (`install.py`), configured (`config.py`), run as a service of the stack (`service.py`)."""
