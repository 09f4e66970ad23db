"""Keeps the tests on this machine; `sitecustomize` is also loaded by every Python process that a test starts."""
