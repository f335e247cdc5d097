"""The monitor's Expert Portal, read only, the guide through it, and the doctor of the connection."""
