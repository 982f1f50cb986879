"""A year of a grocer's baskets and coupon campaigns, settled by the engine."""
