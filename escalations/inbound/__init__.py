"""What becomes of a mail: an answer lands on its issue, a customer's new mail opens one, the rest waits for people.

`routing` decides and changes nothing; `filing` does it; `by_hand` does what people decide about what waited.
"""
