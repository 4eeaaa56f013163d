"""Sentences of documents that give orders to a reading machine."""
