"""Everything that touches a network or a file: MQTT, the embedded broker, recordings and their redaction."""
