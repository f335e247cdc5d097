"""A watch, second by second: what every kind of evidence looks at, and who fills its record."""
