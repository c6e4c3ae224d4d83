"""The numbers in the REST API."""
