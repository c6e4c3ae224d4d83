"""Trust in the past: every event is chained to the one before it on its ticket, and all of them are sealed every hour.

`facts` says what of an event is sealed, `chain` seals what is being written, `seals` the hour, `check` finds what was
changed, `evidence` is one ticket with all that proves it.
"""
