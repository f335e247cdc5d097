"""The screen of a fleet: counts that lead to lists, and one location of a list at a time in full."""
