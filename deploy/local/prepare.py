"""One Django process that brings database and static files up to date; run by the demo before the servers start.

One process for all steps, because starting Django costs more than most of them do on a prepared machine.
"""

import os
import sys

import django
from django.conf import settings
from django.core.management import call_command, get_commands


def collect_static() -> None:
    """Collect without brotli and gzip copies: they cost a minute of CPU and serve nobody on one machine."""
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    static = settings.STORAGES.get("staticfiles", {})
    if static.get("BACKEND") == backend:
        static["BACKEND"] = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def main(steps: list[str]) -> None:
    """Run the steps whose commands exist: static, database, demo, logins, verify."""
    django.setup()
    known = get_commands()
    for step in steps:
        if step == "static":
            collect_static()
        elif step == "database":
            if "setup_database" in known:
                call_command("setup_database", verbosity=0)
            else:
                call_command("migrate", database="owner", interactive=False, verbosity=0)
        elif step == "demo" and "load_demo" in known:
            call_command("load_demo", verbosity=0)
        elif step == "verify" and "verify" in known:
            call_command("verify")
        elif step == "logins" and "demo_logins" in known:
            call_command("demo_logins")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianCun.settings")
    main(sys.argv[1:])
