"""How far an import is, in numbers and words. It reads the job's own word of it and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ropewalk.facts.uploads import UploadFacts
from ropewalk.jobs.queue import standing
from ropewalk.jobs.uploading import TAKING
from ropewalk.pages.saying import number

SAYS_TIME_FROM = 10  # percent done from which the time left is said


@dataclass(frozen=True)
class Progress:
    """One look at an import."""

    state: str  # waiting, running, taking, done, stopped
    percent: int  # of the reading, 0..100; how long taking in lasts can't be known before
    tenth: int  # percent, cut to tens, for those who listen
    rows: str
    of: str
    file: str
    refused: int
    rate: str
    left: str  # "about 2 minutes of reading left", empty while nobody can know
    trouble: str

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "stopped")


def progress_of(upload: UploadFacts, now: datetime) -> Progress:
    """Where the upload's job is."""
    if upload.state == "done":
        return Progress("done", 100, 100, "", "", "", 0, "", "", "")
    job = standing(upload.job_id) if upload.job_id is not None else None
    if upload.state == "stopped" or job is None or job.state == "failed":
        return Progress(
            "stopped", 0, 0, "", "", "", 0, "", "", upload.trouble or (job.trouble if job else "")
        )
    if job.state == "waiting":
        return Progress("waiting", 0, 0, "", "", "", 0, "", "", "")
    done, whole = job.done_parts, max(job.all_parts, job.done_parts)
    percent = 100 * done // whole if whole else 0
    seconds = (now - upload.began_at).total_seconds() if upload.began_at else 0
    rate = done / seconds if seconds >= 1 else 0
    is_taking = job.words == TAKING
    file, _, refused = job.words.partition("|")
    return Progress(
        state="taking" if is_taking else "running",
        percent=percent,
        tenth=percent - percent % 10,
        rows=number(done, 0),
        of=number(whole, 0),
        file="" if is_taking else file,
        refused=int(refused or 0) if refused.isdigit() else 0,
        rate=number(round(rate), 0) if rate else "",
        left=words_left((whole - done) / rate)
        if rate and percent >= SAYS_TIME_FROM and not is_taking
        else "",
        trouble="",
    )


def words_left(seconds: float) -> str:
    """The time left as people say it."""
    if seconds < 10:
        return "a few seconds of reading left"
    if seconds < 90:
        return f"about {round(seconds / 10) * 10} seconds of reading left"
    return f"about {round(seconds / 60)} minutes of reading left"
