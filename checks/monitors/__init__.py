"""Which column of an outside monitor's report is what, one file a product."""
