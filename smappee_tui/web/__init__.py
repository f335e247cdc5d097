"""The page for a phone: what the program knows, served to browsers on the monitor's network."""
