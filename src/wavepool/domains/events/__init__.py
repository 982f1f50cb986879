"""Facts of behaviour: captured, deduplicated, quarantined, kept by day in the lake."""
