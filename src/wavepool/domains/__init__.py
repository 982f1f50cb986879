"""One Django app per business noun; see ARCHITECTURE.md for their order."""
