"""The dlt source of a catalogue dump: a folder of CSV, JSON lines or parquet files that a user owns."""
