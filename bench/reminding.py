"""A worker under measurement: loaded, it says so, waits for a line, and does what ticks make it do to the end.

Prints the number of messages from the broker that it would have taken: one for every run of the sweep.
"""

import sys

import django


def main() -> None:
    django.setup()
    from oversight.services import reminders

    reminders.send_due(now=reminders.clock.database_now(), limit=0)  # connected and warm
    print("ready", flush=True)
    sys.stdin.readline()
    messages = 1
    while reminders.drain(seconds=15):
        messages += 1
    print(messages, flush=True)


if __name__ == "__main__":
    main()
