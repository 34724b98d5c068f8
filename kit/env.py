"""Settings from the environment; a secret may also come from a file named by ``NAME_FILE`` (Docker and systemd style)."""

from pathlib import Path

import environ

env = environ.FileAwareEnv()

# The folder that holds manage.py.
ROOT = Path(__file__).resolve().parent.parent
