"""The catalog: all SQL, and the only commit point of an index."""
