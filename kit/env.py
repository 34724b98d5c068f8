"""Settings from the environment; a secret may also come from the file that ``NAME_FILE`` names."""

from pathlib import Path

import environ

env = environ.FileAwareEnv()

# The folder that holds manage.py.
ROOT = Path(__file__).resolve().parent.parent
