"""Communication templates and the outbox over the REST API."""
