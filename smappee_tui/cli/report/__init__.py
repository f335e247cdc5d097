"""`smappee-tui report`: the commissioning report without a screen."""
