"""Which input is this breaker: the screen of the circuit tracer."""
