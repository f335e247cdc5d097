"""The same diagnosis, from weeks of five-minute means instead of minutes of seconds.

A five-minute mean of P and Q is the mean of the complex power, so a CT on another phase or turned round turns it by
the same angle as it turns every second of it. What is lost is the moment: short loads drown in the mean, and a step
can no longer be told from the neighbour's of the same five minutes. What is won is the month: nights, noons, hundreds
of changes.
"""
