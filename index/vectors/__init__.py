"""The vectors: Chroma, and copies of its rows."""
