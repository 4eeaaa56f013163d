"""What speaks for a passage that was found, and which of the found ones are read."""
