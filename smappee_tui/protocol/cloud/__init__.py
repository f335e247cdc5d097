"""Answers of the vendor's REST API become typed records: aware times, SI units where the unit is known. Pure."""
