#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError, connection

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if connection.connection or "--traceback" in sys.argv:  # it answered: what went wrong is worth its trace
            raise
        sys.exit(f"DATABASE_URL: the database cannot be reached ({str(error).strip().splitlines()[0]}).")
