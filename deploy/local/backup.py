"""``./lian backup`` and ``./lian restore``."""

from deploy.local.state import Instance, stop_with


def run_backup(instance: Instance, arguments: list[str]) -> int:
    return stop_with("尚未提供")


def run_restore(instance: Instance, arguments: list[str]) -> int:
    return stop_with("尚未提供")
