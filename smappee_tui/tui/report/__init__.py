"""The report's form, and the comparison of two reports."""
