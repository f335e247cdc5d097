"""The vendor's REST API over HTTPS: a typed client, its errors, and where its secrets are kept."""
