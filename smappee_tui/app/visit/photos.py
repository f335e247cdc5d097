"""A photo as a phone sends it becomes a small JPEG without anything but the picture: no place, no camera, no time."""

from __future__ import annotations

import hashlib
import io
import struct
import threading
import warnings
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smappee_tui.connect.errors import CannotReadError
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from PIL import Image

LARGEST_UPLOAD = 20_000_000
"""Bytes of a photo as it comes: twice what telephones make of 50 megapixels."""
KINDS = ("JPEG", "PNG", "WEBP")
"""What is read, by Pillow's names. A HEIC or AVIF is not: most browsers send a JPEG where a page asks for one."""
_HEIF = (b"ftyphei", b"ftyphev", b"ftypavi", b"ftypmif1", b"ftypmsf1")
"""How one begins, after four bytes of a length (ISO/IEC 23008-12); the last two may be of either kind."""
MOST_PIXELS_JPEG, MOST_PIXELS, MOST_PIXELS_WEBP = 65_000_000, 16_000_000, 3_000_000
"""Pixels of a photo. A JPEG as cameras make it becomes small while it is read; of the others all pixels are in memory
at once. With these bounds no photo takes more than some 300 MB for a moment. While a WebP is read nothing else of the
program runs, which may take a tenth of a second."""
LONGEST_SIDE = 1600
"""Pixels: the letters on a breaker can be read."""
LARGEST_PICTURE = 500_000
"""Bytes of a picture: a report with all of them stays one that can be read back."""
QUALITIES = (80, 60, 40)
"""Of the JPEG, tried in this order until it is small enough."""
MOST_SCANS = 64
"""Passes of a JPEG that comes in several: each goes over the whole picture, and cameras make ten at most."""
MOST_READS = 50_000
"""Times that something is read of a file. A camera's is read in hundreds; one of millions of pieces not to its end."""
_SCAN = b"\xff\xda"
_DAMAGED = (
    OSError, ValueError, SyntaxError, ArithmeticError, LookupError, TypeError, EOFError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow raises for damaged files."""
_one_at_a_time = threading.Lock()
"""Several large photos at once would take the memory that a live screen needs."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo made here by `picture_of`: upright, its longest side at most `LONGEST_SIDE`, nothing but the picture."""

    jpeg: bytes = field(repr=False)
    sha256: str


def picture_of(content: bytes) -> Picture:
    """Make a picture of what came. Takes a tenth of a second for 12 megapixels, so not on the program's thread.

    Raises:
        CannotReadError: when it is no picture, one of another kind, or too large.
    """
    if len(content) > LARGEST_UPLOAD:
        raise CannotReadError(
            fact("phone.photo_large", megabytes=len(content) / 1e6),
            fact("phone.photo_large_advice", megabytes=LARGEST_UPLOAD / 1e6),
        )
    if content[4:12].startswith(_HEIF):
        raise CannotReadError(fact("phone.photo_heic"), fact("phone.photo_heic_advice"))
    with _one_at_a_time:
        jpeg = _small(content)
    return Picture(jpeg, hashlib.sha256(jpeg).hexdigest())


class _Counted(io.BytesIO):
    """A file that ends where too much is read of it piece by piece."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        if self.reads > MOST_READS:
            raise OSError
        return super().read(size)


def _small(content: bytes) -> bytes:
    from PIL import Image, ImageOps

    warnings.filterwarnings("ignore", module="PIL")  # damage is told, and a warning would be printed over the screen
    if content.startswith(b"\xff\xd8") and content.count(_SCAN) > MOST_SCANS:
        raise _unreadable()
    try:
        with Image.open(_Counted(content), formats=KINDS) as image:
            camera = image.format in ("JPEG", "MPO") and image.mode in ("RGB", "L")
            most = MOST_PIXELS_JPEG if camera else MOST_PIXELS_WEBP if image.format == "WEBP" else MOST_PIXELS
            if image.width * image.height > most:
                raise CannotReadError(
                    fact("phone.photo_pixels", megapixels=image.width * image.height / 1e6, most=most / 1e6),
                    fact("phone.photo_advice"),
                )
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
            upright = ImageOps.exif_transpose(image).convert("RGBA")
            bare = Image.new("RGB", upright.size, "white")  # of the old one nothing comes along but its pixels
            bare.paste(upright, mask=upright)
    except (*_DAMAGED, Image.DecompressionBombError) as error:
        raise _unreadable() from error
    return _jpeg(bare)


def _jpeg(image: Image.Image) -> bytes:
    """As good as fits into `LARGEST_PICTURE`: what is nothing but noise is made smaller, too."""
    for quality in QUALITIES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= LARGEST_PICTURE:
            return out.getvalue()
    return _jpeg(image.reduce(2))


def _unreadable() -> CannotReadError:
    return CannotReadError(fact("phone.photo_unreadable"), fact("phone.photo_advice"))
