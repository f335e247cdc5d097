"""`smappee-tui check`: watch for a while, then say which CT is wrong, why, and what to do."""
