"""Issues brought over from another helpdesk, with their history; their clocks are what they would have been here, and
nobody is told of anything past.

`fields` says what a file may say, and how others call it; `clean` turns a row into an Issue or names what is wrong;
`make` writes issues; `run` checks a batch, and works it off in chunks, each a transaction.
"""
