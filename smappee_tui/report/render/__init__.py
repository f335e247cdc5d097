"""The document worded and drawn: one renderer a format."""
