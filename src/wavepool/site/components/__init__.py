"""The components of the pages: what each template tag shows, as data for its partial."""
