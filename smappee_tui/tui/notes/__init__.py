"""Notes and photos for the report, on the laptop's side."""
