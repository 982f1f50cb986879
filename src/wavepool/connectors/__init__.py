"""Connections to the outside world: each implements a protocol of a domain, the site wires it."""
