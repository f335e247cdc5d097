"""The page itself: what it shows, in the language of each phone, and what its forms ask for."""

from __future__ import annotations

from smappee_tui.web.page.routes import page_routes

__all__ = ["page_routes"]
