"""Who sends a form slowly keeps nobody else from an answer."""

from __future__ import annotations

import threading
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse

from ropewalk.lib.giving_way import AT_ONCE
from ropewalk.pages.one_moment import SMALL, Patient


class Slow(BytesIO):
    """What is sent, and comes only when it may."""

    def __init__(self, sent: bytes, may_come: threading.Event) -> None:
        super().__init__(sent)
        self.may_come = may_come

    def read(self, size: int | None = -1) -> bytes:
        self.may_come.wait(10)
        return super().read(size)


class Gone(BytesIO):
    """What nobody goes on sending."""

    def read(self, size: int | None = -1) -> bytes:
        raise ConnectionResetError


def request_of(sent: Any = None, length: int = 0) -> HttpRequest:
    environ = {
        "REQUEST_METHOD": "POST" if sent else "GET", "PATH_INFO": "/", "SERVER_NAME": "here", "SERVER_PORT": "80",
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(length or ""),
        "wsgi.input": sent or BytesIO(),
    }  # fmt: skip
    return WSGIRequest(environ)


def test_many_slow_senders_take_no_turn_from_those_who_only_read() -> None:
    patient = Patient(lambda request: HttpResponse(request.POST.get("words", "read")))
    may_come = threading.Event()
    answers: list[bytes] = []
    slow = [
        threading.Thread(target=lambda: answers.append(patient(request_of(Slow(b"words=sent", may_come), 10)).content))
        for _ in range(AT_ONCE + 2)
    ]  # fmt: skip
    for one in slow:
        one.start()
    quick = threading.Thread(target=lambda: answers.append(patient(request_of()).content))
    quick.start()
    quick.join(5)
    assert answers == [b"read"], "answered while all the others are still sending"
    may_come.set()
    for one in slow:
        one.join(10)
    assert answers[1:] == [b"sent"] * len(slow), "and what came slowly came whole"


def test_who_sends_large_files_slowly_takes_no_turn() -> None:
    patient = Patient(lambda request: HttpResponse(request.read(1)))
    may_come = threading.Event()
    slow = [
        threading.Thread(target=patient, args=(request_of(Slow(b"x", may_come), SMALL + 1),))
        for _ in range(AT_ONCE + 2)
    ]
    for one in slow:
        one.start()
    answers: list[int] = []
    quick = threading.Thread(target=lambda: answers.append(patient(request_of()).status_code))
    quick.start()
    quick.join(5)
    assert answers == [200]
    may_come.set()
    for one in slow:
        one.join(10)


def test_a_large_file_is_left_to_whoever_reads_it() -> None:
    sent = BytesIO(b"x" * (SMALL + 1))
    patient = Patient(lambda request: HttpResponse(str(sent.tell())))
    assert patient(request_of(sent, SMALL + 1)).content == b"0"


def test_who_has_gone_before_all_was_sent_gets_a_400_and_nothing_is_asked_of_a_view() -> None:
    asked: list[HttpRequest] = []
    patient = Patient(lambda request: asked.append(request) or HttpResponse())
    assert patient(request_of(Gone(), 10)).status_code == 400
    assert asked == []
