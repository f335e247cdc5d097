"""Every path of the service, in one table.

Reading and switching are used by public clients. CREATE, UPDATE, DELETE and SHARE are NOT confirmed by any public
source: the document names the four actions and not their addresses. Should they differ, this is the place to mend.
All values put in are whole numbers, so that no text of anybody becomes a path.
"""

from __future__ import annotations

TOKEN = "/oauth2/token"  # noqa: S105 - a path
LOCATIONS = "/servicelocation"
CREATE = LOCATIONS
"""POST. Not confirmed."""


def location(number: int) -> str:
    """PUT to update, DELETE to delete. Not confirmed."""
    return f"{LOCATIONS}/{number:d}"


def share(number: int) -> str:
    """POST. Not confirmed."""
    return f"{location(number)}/share"


def info(number: int) -> str:
    """GET: who and where it is."""
    return f"{location(number)}/info"


def metering(number: int) -> str:
    """GET: how its CTs are configured."""
    return f"{location(number)}/meteringconfiguration"


def consumption(number: int) -> str:
    """GET, a range."""
    return f"{location(number)}/consumption"


def switch_consumption(number: int, switch: int) -> str:
    """GET, a range."""
    return f"{location(number)}/switch/{switch:d}/consumption"


def sensor_consumption(number: int, sensor: int) -> str:
    """GET, a range."""
    return f"{location(number)}/sensor/{sensor:d}/consumption"


def events(number: int) -> str:
    """GET, a range."""
    return f"{location(number)}/events"


def costs(number: int) -> str:
    """GET, a range."""
    return f"{location(number)}/costanalysis"


def actuator(number: int, actuator: int, what: str) -> str:
    """`on` and `off` are POST, `state` is GET."""
    return f"{location(number)}/actuator/{actuator:d}/{what}"
