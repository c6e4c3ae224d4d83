"""What has to hold before anything starts. Each failure is one sentence."""

import fcntl
import os
import socket
from pathlib import Path
from typing import IO


class CannotStart(Exception):
    """The message is a sentence for the person who starts the program."""


def lock(folder: Path) -> IO[str]:
    """Held as long as the returned file is open; the kernel lets go of it when the process dies."""
    file = open(folder / "up.lock", "a+")  # noqa: SIM115  stays open for the process's life
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        raise CannotStart(f"Switchback already runs on {folder} (process {file.read().strip()}).") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def listen(host: str, port: int) -> socket.socket:
    """Bound by the supervisor and inherited: while the child restarts, browsers wait instead of failing."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except PermissionError:
        raise CannotStart(f"Port {port} needs more rights; choose another with PORT=8001.") from None
    except socket.gaierror:
        raise CannotStart(f"HOST {host!r} is not an address of this machine.") from None
    except OSError as error:
        raise CannotStart(
            f"Port {port} on {host} cannot be used ({error.strerror}); choose another with PORT=8001."
        ) from None
    listener.listen(128)
    return listener
