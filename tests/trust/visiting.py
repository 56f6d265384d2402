"""A visitor of a served installation: cookies, forms, and what came back, over plain sockets."""

from __future__ import annotations

import http.client
import re
import uuid
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode


class NoAnswer(Exception):
    """The server went before its answer was whole: what was asked may have happened or not."""


@dataclass(frozen=True)
class Answer:
    """One whole answer."""

    status: int
    location: str
    body: str


class Visitor:
    """Somebody signed in by one click, who keeps cookies like a browser."""

    def __init__(self, port: int, email: str) -> None:
        self.port, self.email = port, email
        self.cookies: dict[str, str] = {}
        self.answers: dict[int, int] = {}  # by status
        self.wrong: list[str] = []  # what must never be seen
        self._link: http.client.HTTPConnection | None = None

    def sign_in(self) -> None:
        self.cookies = {}
        self.get("/sign-in/")
        answer = self.post("/sign-in/as/", {"email": self.email})
        assert answer.status == 302, f"{self.email} can't come in: {answer}"

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", {})

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        body = urlencode(fields | {"csrfmiddlewaretoken": self._token()}).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def bring(self, path: str, files: dict[str, bytes]) -> Answer:
        """Post files as a browser's form does."""
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self._token()}\r\n'.encode()
        ]
        for name, content in files.items():
            head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
            parts.append(head.encode() + content + b"\r\n")
        body = b"".join(parts) + f"--{edge}--\r\n".encode()
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={edge}"})

    def _token(self) -> str:
        return self.cookies.get("ropewalk-csrf", "")

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            if self._link is None:
                self._link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            self._link.request(method, path, body, headers | {"Cookie": cookie})
            response = self._link.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            if self._link is not None:
                self._link.close()
            self._link = None
            raise NoAnswer(f"{method} {path}: {type(error).__name__}") from None
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key.strip()] = rest.split(";")[0]
        answer = Answer(
            response.status, response.getheader("Location") or "", content.decode("utf-8", "replace")
        )
        self._look(method, path, answer)
        return answer

    def _look(self, method: str, path: str, answer: Answer) -> None:
        self.answers[answer.status] = self.answers.get(answer.status, 0) + 1
        if answer.status >= 500 and answer.status != 503:
            words = " ".join(re.sub(r"<[^>]*>", " ", answer.body).split())
            self.wrong.append(f"{method} {path} gave {answer.status}: {words[:300]}")
        if "Traceback (most recent call last)" in answer.body:
            self.wrong.append(f"{method} {path} shows a traceback")


def form_of(html: str) -> dict[str, str]:
    """What the fields of a page would send unchanged."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and "csrf" not in name[1] and not re.search(r'type="(checkbox|radio)"', tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', html, re.S):
        found[name] = unescape(text)
    return found
