"""A broker on this laptop: inside this program, or a Mosquitto, with a door and rights of its own."""
