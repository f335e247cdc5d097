"""A virtual house with true physics: supply, loads, CTs and what can be wrong with them."""
