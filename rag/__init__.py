"""Asking: `Assistant`, `Settings` and the types of an answer."""
