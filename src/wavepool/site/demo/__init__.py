"""The demonstration: a generated market put into the platform, and a door without passwords."""
