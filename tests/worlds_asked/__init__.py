"""Questions to a season folder in tests."""
