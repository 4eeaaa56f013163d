"""Chats that are kept: saved in SQLite, held against the documents of today, exported, rated."""
