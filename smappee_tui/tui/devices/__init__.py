"""The devices screen: plugs, sensors, automations, supply, monitor, and switching a plug."""
