"""Pages of live sessions, by who opens them."""
