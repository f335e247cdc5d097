"""The page as an application: its routes, behind the guard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette

from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.web.door import Door, Origin
from smappee_tui.web.guard import Guard
from smappee_tui.web.page import page_routes
from smappee_tui.web.page.edition import warm

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def page_app(desk: PhoneDesk, door: Door, origin: Origin) -> ASGIApp:
    """What the server serves, ready to be looked at.

    Args:
        desk: what the program shows, and takes.
        door: knows who may see it.
        origin: where it is served.
    """
    warm()
    return Guard(Starlette(routes=page_routes(desk)), door, origin)
