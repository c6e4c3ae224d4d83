"""Severities and working hours as settings: changed at once, past what was signed, and recorded."""
