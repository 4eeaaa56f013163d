"""What the check of a statement compares with its spans."""
