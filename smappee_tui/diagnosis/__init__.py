"""Pure judgement over a site: evidence per CT, verdict, findings with advice.

`Judge.observe(site)` takes one sample after another, `Judge.judgement()` says what they prove so far. The state moves
only with samples and marks, never with the clock or with being asked: a replay gives the verdict of the live watch.
"""
