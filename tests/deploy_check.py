"""`manage.py check --deploy` as production would see it; a warning is a failure."""

import os
import subprocess
import sys
import tempfile

PRODUCTION = {
    "DATABASE_URL": "postgres://switchback@localhost/switchback",
    "REDIS_URL": "redis://localhost:6379/0",
    "SECRET_KEY": "only-for-this-check-" + "0123456789abcdefghijklmnopqrstuvwxyz",
    "BASE_URL": "https://desk.example.org",
    "EMAIL_URL": "smtps://mail.example.org",
}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": os.environ["PATH"], "VAR_DIR": folder, **PRODUCTION}
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        sys.exit(subprocess.run(command, env=environment).returncode)
