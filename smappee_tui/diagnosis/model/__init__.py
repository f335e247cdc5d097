"""What is assumed before anything is measured: channels, hypotheses, geometry, priors."""
