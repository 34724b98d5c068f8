"""``python -m tests.faults.stage`` in the environment of an empty, set-up database: the cast, and a token as JSON."""

import json


def main() -> None:
    import django

    django.setup()
    from datetime import timedelta

    from django.utils import timezone

    from kit import tokens
    from tests.cast import make_cast

    cast, now = make_cast(), timezone.now()
    _, secret = tokens.issue_token(
        actor=cast.secretary_li, name="t", scopes=["read", "write"], expires_at=now + timedelta(days=1), now=now
    )
    print(json.dumps({"secret": secret, "unit": str(cast.mingyue.pk), "body": str(cast.tianma.pk)}))


if __name__ == "__main__":
    main()
