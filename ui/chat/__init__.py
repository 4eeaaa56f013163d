"""The chat: answers being written, kept and shown."""
