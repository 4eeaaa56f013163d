"""Around the language model: requests, what goes wrong, its reply, its context, its questions."""
