"""What is told beside where a CT sits: supply, configuration, plugs, sensors, the monitor's health."""
