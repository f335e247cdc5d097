"""The guided test: which loads to switch, in which order, what came of it. Pure: time and samples come in."""
