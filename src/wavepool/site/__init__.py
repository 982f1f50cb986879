"""The site: settings, root addresses, wiring, frames and components of its pages."""
