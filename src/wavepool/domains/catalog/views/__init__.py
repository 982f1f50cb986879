"""Pages of the catalog, by who opens them."""
