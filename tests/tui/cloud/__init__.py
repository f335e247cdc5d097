"""The cloud screens, with a client that a test makes up, and with the virtual cloud over real HTTP."""
