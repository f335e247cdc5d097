"""A virtual monitor: the messages of a real one, in both dialects, over MQTT."""
