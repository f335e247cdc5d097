"""What an installation bears and what was asked of it: fuse, CTs, phases, charger, quarter-hour peak.

Pure. `LimitsWatch` looks at every sample; `limits_of` says how near what was seen came to what was declared.
"""
