"""The same plain environment as for the other screens."""

from tests.tui.conftest import plain_environment as plain_environment
