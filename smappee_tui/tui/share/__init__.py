"""The screen behind the page for a phone: what is opened and to whom, the code, who is in."""
