"""`smappee-tui cloud …`: the vendor's REST API, one command a method. Each imports only what it needs, when it runs."""
