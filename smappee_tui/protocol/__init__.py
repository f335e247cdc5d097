"""A monitor's bytes become typed, dialect-free messages in SI units, or a typed error.

This room is pure: no I/O, no clock, no threads. It alone knows that two dialects exist (20-series and Infinity)
and which wire unit (deciampere, milliwatt, microhertz) each field of each dialect carries.
"""
