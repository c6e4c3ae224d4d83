from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """What the mail provider's webhooks tell goes to the desk."""
        from anymail.signals import tracking

        from escalations import proof

        tracking.connect(proof.receive, dispatch_uid="mail-tracking")
