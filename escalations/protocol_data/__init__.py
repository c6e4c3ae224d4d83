"""The Escalation Protocol as a new desk starts with it. Loaded once by `load_protocol`; from then on people edit it."""
