"""Topic posts."""
