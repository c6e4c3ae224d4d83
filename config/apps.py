from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """What the mail provider's webhooks tell goes to the desk; mails about accounts go to the outbox."""
        from anymail.signals import tracking
        from django.contrib.auth.signals import user_logged_in

        from config import whereabouts
        from contacts.account import post
        from escalations import proof
        from templates_app import account_letter

        tracking.connect(proof.receive, dispatch_uid="mail-tracking")
        user_logged_in.connect(whereabouts.signed_in, dispatch_uid="whereabouts")
        post.leave_by(account_letter.send)
        self._name_desk()

    @staticmethod
    def _name_desk() -> None:
        """Mails say what administrators called the desk."""
        from contacts import branding
        from templates_app import desk_name

        desk_name.named_by(branding.brand)
