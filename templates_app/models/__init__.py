from .arrivals import DeliveryReport, InboundMail
from .communication import CommunicationTemplate, TemplateVersion, Translation
from .notification import ChannelBreaker, Notification
from .webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "ChannelBreaker",
    "CommunicationTemplate",
    "DeliveryReport",
    "InboundMail",
    "Notification",
    "TemplateVersion",
    "Translation",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
