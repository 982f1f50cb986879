"""Work that is measured in a process of its own; each module has one `run`."""
