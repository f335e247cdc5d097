"""What CTs must read together: sums of a phase, currents and sizes that several see."""
