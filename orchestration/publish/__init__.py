"""Marts -> Postgres: copy to a landing schema, build and test with dbt, switch readers by moving one pointer."""
