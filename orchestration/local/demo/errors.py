"""Every failure of the demo catalogue: its data files are wrong, which a test finds before a user does."""


class DemoError(Exception):
    """Base of what stops the demo catalogue from being read."""


class DataFileError(DemoError):
    """A data file holds something the loader cannot take; the message names the file, the entry and the right form."""
