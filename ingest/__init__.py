"""dlt sources: each loads one provider into its own raw dataset in the lake."""
