"""Tickets, severities and calendars over the REST API."""
