"""What every noun of the REST API shares: strict bodies, pages, permissions, idempotency, the OpenAPI document."""
