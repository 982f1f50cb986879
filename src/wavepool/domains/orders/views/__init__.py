"""Pages of orders, by who opens them."""
