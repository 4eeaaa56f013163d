"""An index in one file, and back."""
