"""The commissioning plan, over any screen."""
