"""The settings of the desk, for administrators, and everybody's own tokens. One navigation: config/context.py."""
