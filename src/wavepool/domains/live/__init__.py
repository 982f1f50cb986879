"""Live sessions as records: schedule, effective minutes, the items shown."""
