"""One file per job: arguments, read, transform, write."""
