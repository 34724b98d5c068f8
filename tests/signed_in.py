"""A test's ``force_login`` leaves the session as the login page would: begun just now, in the person's district."""

from django.test import Client
from django.utils import timezone

from kit import sessions

_login = Client._login


def _log_in(client: Client, user, backend=None) -> None:
    _login(client, user, backend)
    session = client.session
    session[sessions.SEEN] = session[sessions.PROVED] = int(timezone.now().timestamp())
    session[sessions.DISTRICT] = user.organization.path.split("/", 1)[0] + "/"
    session.save()


Client._login = _log_in
