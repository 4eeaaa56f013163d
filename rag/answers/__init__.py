"""From a question with its passages to a checked answer."""
