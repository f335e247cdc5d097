"""Parts of a simulated world that only tests and benchmarks need."""
