"""Files outside any web root, under random names: written with their rows or not at all, handed out by a page alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol, cast

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse

from twinloop.decide import Refused
from twinloop.edge import uploads
from twinloop.edge.uploadkinds import Kind

PHOTOS = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})  # HEIC is kept as JPEG

Row = dict[str, Any]  # the columns of a file that every table of files has


class Given(Protocol):
    """An uploaded file as Django hands it over (`request.FILES`)."""

    name: Any
    file: IO[Any] | None


class Kept(Protocol):
    """A row of a stored file."""

    name: str
    stored: str
    media_type: str


def path_of(stored: str) -> Path:
    return Path(settings.ENV.data) / "attachments" / stored[:2] / stored


def photos(given: Sequence[Given], most: int, *, many: str, other: str) -> list[uploads.Checked]:
    """Every file is a photo, or none is taken. Raises `Refused` (`many`, `other`), `uploads.UploadRefused`."""
    if len(given) > most:
        raise Refused(many, most=most)
    found = []
    for photo in given:
        assert photo.file is not None
        one = uploads.check(cast(BinaryIO, photo.file), str(photo.name or ""))
        if one.kind not in PHOTOS:
            raise Refused(other, name=one.display_name)
        found.append(one)
    return found


@contextmanager
def written(files: Sequence[uploads.Checked]) -> Iterator[list[Row]]:
    """Write the files and give what their rows hold; where the block fails they go again: no row, no file."""
    paths = [path_of(uploads.stored_name()) for _ in files]
    try:
        for path, file in zip(paths, files, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(file.data)
        yield [
            {"name": file.display_name, "stored": path.name, "media_type": file.media_type, "size": file.size,
             "sha256": file.sha256} for path, file in zip(paths, files, strict=True)
        ]  # fmt: skip
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise


def served(file: Kept, looked: Callable[[], object], *, saved: bool = False) -> HttpResponse:
    """The file itself, never run and never guessed at; `looked` writes down who saw it. `saved`: not opened in
    a page."""
    path = path_of(file.stored)
    if not path.is_file():
        raise Http404
    looked()
    answer = FileResponse(path.open("rb"), as_attachment=saved, filename=file.name, content_type=file.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer  # type: ignore[return-value]  # the stubs keep the two kinds of answer apart
