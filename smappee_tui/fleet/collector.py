"""When Python looks for circles of objects that nobody needs any more."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (2_000, 20, 1_000)
"""New objects before the youngest are looked at, how often that is done before the younger ones are, and that before
all: about once in an hour of ten thousand locations."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Within, all objects are looked at a hundred times less often.

    With some hundred locations under diagnosis that takes .3 s, in which messages wait, and finds nothing: what has had
    its turn goes as soon as nobody holds it. What does go in circles, such as screens, is found a little later.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
