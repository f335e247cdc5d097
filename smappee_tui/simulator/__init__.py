"""A virtual house with true physics, and a virtual monitor that speaks of it as a real one does.

For demos, tests and benchmarks. `sites.build` makes a ready monitor; `publisher.Publisher` lets it speak MQTT.
"""
