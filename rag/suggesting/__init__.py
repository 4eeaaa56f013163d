"""Questions that the documents themselves suggest: made from their sentences and headings, without a model."""
