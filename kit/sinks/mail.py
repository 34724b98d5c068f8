"""E-mail by SMTP (``EMAIL_URL``). One recipient a message; the Message-ID follows from the business key."""

import hashlib
import smtplib
import socket
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from kit.sinks.failures import PermanentFailure, SinkDown, TemporaryFailure


def send_mail(key: str, payload: Mapping[str, Any], *, at: datetime) -> None:
    """Payload: ``to`` (one address), ``subject``, ``body`` (plain text, no personal data)."""
    if not settings.MAIL_ON:
        raise PermanentFailure("邮件发送没有设置（EMAIL_URL）")
    digest = hashlib.sha256(key.encode()).hexdigest()[:40]
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">")
    try:
        EmailMessage(
            subject=payload["subject"],
            body=payload["body"],
            to=[payload["to"]],
            headers={
                "Message-ID": f"<{digest}@{domain}>",
                "X-LianCun-Key": key,
                "Auto-Submitted": "auto-generated",
            },
        ).send()
    except (ValueError, KeyError) as fault:
        raise PermanentFailure("邮件的收件人或标题写法不对") from fault
    except smtplib.SMTPRecipientsRefused as fault:
        codes = [code for code, _ in fault.recipients.values()]
        raise _by_code(max(codes, default=550), "收件人被拒绝") from fault
    except smtplib.SMTPAuthenticationError as fault:
        raise SinkDown("邮件服务器不接受登录") from fault
    except smtplib.SMTPResponseException as fault:
        raise _by_code(fault.smtp_code, "邮件服务器拒绝") from fault
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, TimeoutError, socket.gaierror) as fault:
        raise SinkDown("邮件服务器没有应答") from fault
    except (smtplib.SMTPException, OSError) as fault:
        raise SinkDown("连不上邮件服务器") from fault


def _by_code(code: int, reason: str) -> Exception:
    if code == 421:
        return SinkDown(f"{reason}（421）")
    return PermanentFailure(f"{reason}（{code}）") if 500 <= code < 600 else TemporaryFailure(f"{reason}（{code}）")
