"""An SMTP server that takes everything and keeps nothing. Prints its port."""

import threading
from typing import Any

from aiosmtpd.controller import Controller

from tests.real import free_port


class Sink:
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        return "250 OK"


if __name__ == "__main__":
    port = free_port()
    Controller(Sink(), hostname="127.0.0.1", port=port).start()
    print(port, flush=True)
    threading.Event().wait()
