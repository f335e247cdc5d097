"""The page as an application: its routes, behind the guard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.web.door import Door, Origin
from smappee_tui.web.guard import Guard
from smappee_tui.web.page import page_routes

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def page_app(desk: PhoneDesk, door: Door, origin: Origin, routes: Sequence[BaseRoute] | None = None) -> ASGIApp:
    """What the server serves.

    Args:
        desk: what the program shows, and takes.
        door: knows who may see it.
        origin: where it is served.
        routes: in place of the page's own.
    """
    return Guard(Starlette(routes=page_routes(desk) if routes is None else routes), door, origin)
