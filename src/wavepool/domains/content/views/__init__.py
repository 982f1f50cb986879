"""Pages of content, by who opens them."""
