"""The settings page: what was set on it, how that is kept, and what it shows."""
