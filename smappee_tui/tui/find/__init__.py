"""The find screen: search, doctor, portal guide, the broker of this laptop."""
