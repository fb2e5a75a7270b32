"""DataFrame -> DataFrame, without reading or writing; all the logic of the jobs is here."""
