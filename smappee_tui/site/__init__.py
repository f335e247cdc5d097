"""What is known about one installation now: one fold over typed messages, `Site.apply(message, at)`.

Pure: no I/O, no clock, no threads. Time comes in with each message, so a replay of yesterday gives yesterday's site.
"""
