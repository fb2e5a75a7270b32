"""A local Athena: the Athena API in front of a real Trino, whose catalogue is Glue and whose files are S3.

`server.py` answers the API, `translate/` turns Athena's SQL into steps for Trino and Glue, `executions.py` runs them,
`results.py` and `values.py` show what came out as Athena does; `trino/` fetches and starts Trino itself.
"""
