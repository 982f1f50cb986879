"""Tables of a run as statements, and statements as files."""
