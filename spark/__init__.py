"""Spark jobs on the built warehouse: neighbours for catalogues that outgrow SQL, and the visual report."""
