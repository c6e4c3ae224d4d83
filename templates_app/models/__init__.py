from .communication import CommunicationTemplate
from .notification import ChannelBreaker, Notification

__all__ = ["ChannelBreaker", "CommunicationTemplate", "Notification"]
