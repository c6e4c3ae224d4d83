"""The contact matrix, customers and users over the REST API."""
