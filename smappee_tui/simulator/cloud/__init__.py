"""The vendor's cloud, virtual: an estate of houses behind a real HTTP server on this machine."""
