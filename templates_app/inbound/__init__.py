"""Mail that people write to the desk: read (`reading`), kept (`store`), the reply addresses of our own mails.

Nothing here knows of tickets: what becomes of a mail is decided in escalations/inbound/.
"""
