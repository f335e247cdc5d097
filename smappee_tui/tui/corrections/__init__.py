"""The correction sheet on the screen, and as a text to take to the phone."""
