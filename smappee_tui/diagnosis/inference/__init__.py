"""From evidence to a verdict: joint likelihood of the site, posterior, decision, one finding a cause."""
