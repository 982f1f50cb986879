"""The sections of the report; each measures and adds its rows."""
