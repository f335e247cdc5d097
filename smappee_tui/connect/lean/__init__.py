"""Reading thousands of monitors from one broker: many messages a turn, none of them an object of its own."""
