"""Recordings: writing, reading back, and giving one away without anything personal in it."""
