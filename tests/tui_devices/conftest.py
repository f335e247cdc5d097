"""The same plain environment as the other screens."""

from tests.tui.conftest import plain_environment

__all__ = ["plain_environment"]
