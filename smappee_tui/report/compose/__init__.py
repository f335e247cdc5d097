"""From what is known of a site to the report's document."""
