"""Sends mails through a company's own server, and says in words what came of it.

It calls the one address that the server's name stood for when it was checked. Start with `Letters`.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from ropewalk.companies.mail_server import Server
from ropewalk.lib.reaching import Unreachable, address_of

PATIENCE = 10  # seconds for each answer


class NotSent(Exception):
    """The mail didn't go out; the sentence says why, as far as the server said, and what to do."""


@dataclass(frozen=True)
class Letter:
    """One mail to one person."""

    to: str
    subject: str
    text: str


@contextmanager
def letters(server: Server, *, allowed: Collection[str] = ()) -> Iterator[Post]:
    """A connection by which letters go out one after the other. Raises NotSent."""
    settings = server.settings
    try:
        address = address_of(settings.host, settings.port, allowed=allowed)
    except Unreachable as error:
        raise NotSent(str(error)) from None
    where = f"{settings.host}, port {settings.port}"
    try:
        link = _connected(server, address)
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(_why(error, where)) from None
    try:
        yield Post(link, settings.sender, where)
    finally:
        try:
            link.quit()
        except (smtplib.SMTPException, OSError):
            link.close()


def _connected(server: Server, address: str) -> smtplib.SMTP:
    settings, context = server.settings, ssl.create_default_context()
    is_tls = settings.security == "tls"
    link = _Link(settings.host, settings.port, address, context if is_tls else None)
    if settings.security == "starttls":
        link.starttls(context=context)
    if settings.user:
        link.login(settings.user, server.password)
    return link


class _Link(smtplib.SMTP):
    """Connects to the address that was checked, and knows the server by its name."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext | None) -> None:
        self._address, self._tls = address, tls
        super().__init__(host, port, timeout=PATIENCE)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        link = socket.create_connection((self._address, port), timeout)
        return self._tls.wrap_socket(link, server_hostname=host) if self._tls else link


@dataclass(frozen=True)
class Post:
    """An open connection to a mail server."""

    link: smtplib.SMTP
    sender: str
    where: str

    def send(self, letter: Letter) -> None:
        """Send one letter. Raises NotSent."""
        message = EmailMessage()
        message["From"] = Address("Ropewalk", addr_spec=self.sender)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = " ".join(letter.subject.split())
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        message.set_content(letter.text)
        try:
            self.link.send_message(message)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise NotSent(_why(error, self.where)) from None


def _why(error: Exception, where: str) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"{where} doesn't take this user and password. Type them anew; some providers want an app password."
        case smtplib.SMTPNotSupportedError():
            return f"{where} doesn't offer what was chosen ({error}). Try another kind of security."
        case smtplib.SMTPRecipientsRefused():
            return f"{where} doesn't take mail for this address. Look for a typing error in it."
        case smtplib.SMTPSenderRefused():
            return (
                f"{where} doesn't take mail from the sender's address. Take one that belongs to this server."
            )
        case ssl.SSLCertVerificationError():
            return f"The certificate of {where} isn't valid for this name. Take the name that the provider states."
        case ssl.SSLError():
            return f"{where} doesn't speak the kind of security that was chosen. Port 465 goes with TLS, 587 with STARTTLS."
        case TimeoutError():
            return (
                f"{where} doesn't answer. Look at the name, the port, and whether a firewall stands between."
            )
        case ConnectionRefusedError():
            return f"Nothing listens at {where}. Look at the port; 587 and 465 are usual."
        case smtplib.SMTPServerDisconnected():
            return f"{where} ended the connection. Port 465 goes with TLS, 587 with STARTTLS."
    return f"{where} said: {str(error)[:200]}"
