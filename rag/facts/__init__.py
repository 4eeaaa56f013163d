"""What a text states in numbers, dates and names, and who is said to say it."""
