"""Measuring answers against known ones: sets of questions, figures, comparisons, tables. `rag.evaluate` is the door."""
