"""Engines: each vendor is one file with one class, and its errors are translated there."""
