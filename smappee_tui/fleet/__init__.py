"""Every monitor of a broker or cluster at once: who speaks, who is silent, who is wired wrong."""
