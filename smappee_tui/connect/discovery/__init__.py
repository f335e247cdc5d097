"""Finding a monitor: by its announcement, by a scan that somebody asked for, by what is typed, by last time."""

from smappee_tui.connect.discovery.found import BrokerWord, Found, How

__all__ = ["BrokerWord", "Found", "How"]
