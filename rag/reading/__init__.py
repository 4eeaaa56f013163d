"""The sentences of the passages that are read, and what speaks for each as an answer."""
