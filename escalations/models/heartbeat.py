"""When each loop of the engine last ran."""

from django.db import models


class Heartbeat(models.Model):
    """One row a loop ("sweep", "deliver"), written at most every five seconds by whoever runs the loop."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
