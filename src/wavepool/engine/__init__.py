"""The functional core: tables in, tables out."""
