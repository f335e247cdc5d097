"""The page itself."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route

from smappee_tui.app.phone.desk import PhoneDesk


def page_routes(desk: PhoneDesk) -> Sequence[BaseRoute]:
    """The routes of the page; a request's `state.visitor` is the phone that asks."""

    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse('<!doctype html><meta charset="utf-8"><title>smappee-tui</title>')

    return [Route("/", page)]
