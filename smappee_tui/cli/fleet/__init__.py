"""`smappee-tui fleet`: every monitor of a broker at once."""
