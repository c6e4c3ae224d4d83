"""`manage.py up`: web, beat and worker in one child process, and a supervisor that keeps it alive.

Supervisor and child hold one pipe each way. The child writes a byte a second while it is well; the supervisor never
writes, so that the end of its pipe means that it is gone, however it died.
"""
