"""From a verdict to a board that is right: what is to change, how it would read, and what was changed since."""
