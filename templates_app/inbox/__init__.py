"""Everybody's own messages in the app, whatever else they travelled by."""
