"""The short answer inside a sentence."""
