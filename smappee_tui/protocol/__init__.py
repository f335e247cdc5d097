"""A monitor's bytes become typed, dialect-free messages in SI units, or a typed error.

This room is pure: no I/O, no clock, no threads. It alone knows that two dialects exist (20-series and Infinity)
and which wire unit (deciampere, milliwatt, microhertz) each field of each dialect carries.
"""

from smappee_tui.protocol.arrival import Arrival, Mark
from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.errors import Unreadable
from smappee_tui.protocol.messages import Message
from smappee_tui.protocol.topics import Kind, Topic, parse_topic

__all__ = ["Arrival", "Kind", "Mark", "Message", "Topic", "Unreadable", "decode", "parse_topic"]
