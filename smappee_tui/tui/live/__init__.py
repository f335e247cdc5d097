"""The live screen: one session, watched, and the pane of one channel."""
