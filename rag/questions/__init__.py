"""What a question asks for: its kind, its parts, and what it means after the turns before it."""
