"""Exit codes. Scripts rely on them."""

from __future__ import annotations

OK = 0
"""Everything in use was judged, and there is no fault."""
FAULT = 1
"""At least one fault."""
USAGE = 2
"""What was typed makes no sense."""
CANNOT = 3
"""Cannot connect, cannot read, cannot write."""
UNDECIDED = 4
"""No fault, but some channel in use could not be judged."""
INTERRUPTED = 130
"""Ctrl-C."""
