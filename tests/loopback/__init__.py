"""Servers on 127.0.0.1 that speak the real protocols, so that the real SDKs run in the tests."""
