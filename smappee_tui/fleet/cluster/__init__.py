"""Beyond one process: NATS JetStream holds the messages, the state and the leases; workers judge a partition each."""
