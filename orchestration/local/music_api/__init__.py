"""Stands in for Spotify, ReccoBeats and MusicBrainz: one process, their answers, limits and faults."""
