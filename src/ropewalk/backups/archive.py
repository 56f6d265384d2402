"""The file of a backup: a zip with a manifest that says what every other member must be. It may be encrypted to a key.

It knows nothing of tables or facts. Whatever isn't exactly what the manifest says is refused before anybody uses it.
Start with `pack` and `unpack`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
AGE = b"age-encryption.org/"
CHUNK = 1 << 20


class NotABackup(Exception):
    """The file can't be used; the words say why and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; `said` is everything, by name."""

    said: dict[str, Any]

    @property
    def version(self) -> str:
        return str(self.said["version"])

    @property
    def made_at(self) -> str:
        return str(self.said["made_at"])


def pack(
    folder: Path, said: dict[str, Any], target: Path, *, room: Path, recipient: str | None = None
) -> int:
    """Write the files of a folder and a manifest about them into one file, whole or not at all; its size in bytes.

    With a recipient (an age public key) only the holder of its identity can read it, and nothing of it is ever beside the
    target in clear: that is put together in `room`. Raises NotABackup for a key that is none.
    """
    key = None if recipient is None else key_of(recipient)
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    members = {
        one.relative_to(folder).as_posix(): {"bytes": one.stat().st_size, "sha256": digest_of(one)}
        for one in files
    }
    manifest = said | {"format": FORMAT, "members": members}
    part = target.with_name(f"{target.name}.part")
    clear = part if key is None else room / "clear.zip"
    try:
        with own(clear).open("wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6, allowZip64=True) as archive:
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
                for one in files:
                    kind = zipfile.ZIP_STORED if one.suffix == ".parquet" else zipfile.ZIP_DEFLATED
                    archive.write(one, one.relative_to(folder).as_posix(), compress_type=kind)
            settle(out)
        if key is not None:
            import pyrage

            pyrage.encrypt_file(str(clear), str(own(part)), [key])
            with part.open("rb+") as out:
                settle(out)
        os.replace(part, target)
    finally:
        clear.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    return target.stat().st_size


def place(file: Path, target: Path) -> int:
    """Copy a finished backup to another folder, also on another disk, whole or not at all; its size in bytes."""
    part = target.with_name(f"{target.name}.part")
    try:
        with file.open("rb") as source, own(part).open("wb") as out:
            shutil.copyfileobj(source, out, CHUNK)
            settle(out)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def key_of(recipient: str) -> Any:
    """An age public key out of its words. Raises NotABackup."""
    import pyrage

    try:
        return pyrage.x25519.Recipient.from_str(recipient)
    except Exception:
        raise NotABackup(
            f"{recipient[:20]!r} is no age public key. Make a pair with age-keygen and say the one that begins with age1."
        ) from None


def own(file: Path) -> Path:
    """The file, empty, which nobody else on the machine can read from its first moment on."""
    file.unlink(missing_ok=True)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return file


def settle(out: IO[bytes]) -> None:
    """Have what was written on the disk."""
    out.flush()
    os.fsync(out.fileno())


def decrypt(file: Path, target: Path, identity: Path | None) -> None:
    """Write what an encrypted backup holds. Raises NotABackup."""
    import pyrage

    if identity is None:
        raise NotABackup(f"{file.name} is encrypted. Say whose key opens it: --identity FILE.")
    try:
        keys = [
            pyrage.x25519.Identity.from_str(line.strip())
            for line in identity.read_text().splitlines()
            if line.startswith("AGE-SECRET-KEY-")
        ]
        pyrage.decrypt_file(str(file), str(target), keys)
    except OSError as error:
        raise NotABackup(f"{identity} can't be read: {error.strerror}.") from None
    except Exception:
        raise NotABackup(
            f"{identity.name} doesn't open {file.name}, or the file is damaged. Nothing was changed."
        ) from None


def unpack(file: Path, folder: Path, *, identity: Path | None = None) -> Manifest:
    """Write every member into a folder after proving each; the manifest. Raises NotABackup, having used nothing."""
    try:
        with file.open("rb") as beginning:
            is_sealed = beginning.read(len(AGE)) == AGE
    except OSError as error:
        raise NotABackup(f"{file} can't be read: {error.strerror}.") from None
    opened = file
    if is_sealed:
        opened = folder / "opened.zip"
        decrypt(file, opened, identity)
    try:
        with zipfile.ZipFile(opened) as archive:
            return take_out(archive, file.name, folder)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, NotImplementedError) as error:
        raise NotABackup(
            f"{file.name} is no backup of Ropewalk, or it is damaged ({error}). Nothing was changed. Take another copy."
        ) from None
    except Exception as error:  # zlib and struct have their own words for damage
        if isinstance(error, NotABackup):
            raise
        raise NotABackup(
            f"{file.name} is damaged ({error}). Nothing was changed. Take another copy."
        ) from None
    finally:
        if is_sealed:
            opened.unlink(missing_ok=True)


def take_out(archive: zipfile.ZipFile, name: str, folder: Path) -> Manifest:
    """Every member, proved against the manifest."""
    said = json.loads(archive.read(MANIFEST))
    if said.get("format") != FORMAT:
        raise NotABackup(
            f"{name} was made by Ropewalk {said.get('version', '?')} in a form that this version doesn't know. "
            "Install that version, or a newer one."
        )
    listed = {one.filename for one in archive.infolist()} - {MANIFEST}
    if listed != set(said["members"]) or len(archive.infolist()) != len(listed) + 1:
        raise NotABackup(
            f"{name} holds other files than it says it does. It is damaged. Nothing was changed."
        )
    for member, expected in said["members"].items():
        target = (folder / member).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise NotABackup(f"{name} wants to write outside its folder. It wasn't made by Ropewalk.")
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, target.open("wb") as out:
            shutil.copyfileobj(source, out, CHUNK)
        if target.stat().st_size != expected["bytes"] or digest_of(target) != expected["sha256"]:
            raise NotABackup(f"{name} is damaged at {member}. Nothing was changed. Take another copy.")
    return Manifest(said)


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
