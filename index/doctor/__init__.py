"""Examining an index, and putting it right."""
