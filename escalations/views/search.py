"""Kept for those who still import it from here."""

from escalations.search import matching

__all__ = ["matching"]
