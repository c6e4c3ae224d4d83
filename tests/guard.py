"""Runs one server and ends it when the tests do, however they end: `guard.py <folder> <user> <command> ...`.

Its standard input is a pipe from the test run. When that closes, kill -9 included, the server is stopped and its
folder deleted. In a session of its own, so that Ctrl-C reaches the tests and not the database under them.
An empty user is whoever runs the tests.
"""

import shutil
import signal
import subprocess
import sys
import threading


def main(folder: str, user: str, *command: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = subprocess.Popen(command, user=user or None, cwd=folder, start_new_session=True, stdin=subprocess.DEVNULL)
    threading.Thread(target=stop_at_end_of_input, args=(server,), daemon=True).start()
    server.wait()
    shutil.rmtree(folder, ignore_errors=True)


def stop_at_end_of_input(server: subprocess.Popen[bytes]) -> None:
    """SIGINT: what PostgreSQL takes for "now, but cleanly", and Redis for "stop"."""
    sys.stdin.read()
    server.send_signal(signal.SIGINT)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
