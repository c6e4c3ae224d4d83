"""Personal data of people at a customer: all that is kept of somebody (`export`), taken away for good (`erase`), or
after some time (`retention`). Who is meant, and which words name them, is in `person`; where they stand, in `places`.
"""
