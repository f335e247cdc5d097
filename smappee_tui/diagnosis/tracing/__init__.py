"""Which input is this breaker: what moved at one moment, who may have been switched by hand, and how sure that is."""
