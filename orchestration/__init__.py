"""Runs segue: the `segue` command, the cron-triggered run, publishing, and the local stack."""
