"""How a message travels: by e-mail, to a Slack address, as a signed webhook. What all of them
can do stands in `channel`.

A message is one row whatever the channel: `channel` is tried, and those in `channels` after it. The inbox in the app is
no channel: it holds every message that has a user.
"""

from templates_app.channels.channel import Channel
from templates_app.channels.directory import Directory
from templates_app.channels.email import Email
from templates_app.channels.slack import Slack
from templates_app.channels.webhook import Webhook

APP = "app"  # stands in a row that nobody wanted sent: it is in the inbox, and that is all
# Mail first: it must not wait for what others run.
ORDER: tuple[type[Channel], ...] = (Email, Slack, Webhook)

__all__ = ["APP", "ORDER", "Channel", "Directory"]
