"""Commission a Smappee energy monitor from a terminal."""

__version__ = "0.1.0"
