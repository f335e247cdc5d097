"""What a phone at the cabinet sees and may ask for: no words, no web."""
