"""Changing what customers are written: saving with versions, comparing, restoring, archiving."""
