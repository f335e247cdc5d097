"""A photo from a phone: small, upright and bare, whatever came with it; bombs and garbage are refused in a moment."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin, TiffImagePlugin

from smappee_tui.app.visit import photos
from smappee_tui.app.visit.photos import LARGEST_PICTURE, LARGEST_UPLOAD, LONGEST_SIDE, picture_of
from smappee_tui.connect.errors import CannotReadError

SECRET = b"SECRETPLACE"


def made(size: tuple[int, int] = (400, 300), mode: str = "RGB", kind: str = "JPEG", **more: object) -> bytes:
    """Red, with a blue upper left quarter."""
    image = Image.new(mode, size, "red" if mode not in ("L", "1", "I;16") else 90)
    if mode == "RGB":
        image.paste("blue", (0, 0, size[0] // 2, size[1] // 2))
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def exif(turn: int) -> Image.Exif:
    found = Image.Exif()
    found[0x0112], found[0x010F] = turn, SECRET.decode()
    found.get_ifd(0x8825)[2] = (
        TiffImagePlugin.IFDRational(51),
        TiffImagePlugin.IFDRational(3),
        TiffImagePlugin.IFDRational(9),
    )
    found.get_ifd(0x8825)[29] = SECRET.decode()
    return found


def seen(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture_of(content).jpeg))
    assert image.format == "JPEG"
    return image


def test_a_photo_of_a_camera_is_made_small_and_bare() -> None:
    image = seen(made((2400, 1800), exif=exif(1), comment=SECRET, icc_profile=SECRET * 20))
    assert image.size == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)
    assert not image.getexif()
    assert {"exif", "comment", "icc_profile", "xmp"}.isdisjoint(image.info)


def test_nothing_of_what_came_with_it_is_left() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", SECRET.decode())
    told.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    for content in (
        made(exif=exif(3), comment=SECRET, xmp=SECRET),
        made(kind="PNG", pnginfo=told, exif=exif(1)),
        made(kind="WEBP", exif=exif(1), xmp=SECRET),
        made() + SECRET,
    ):
        assert SECRET in content
        jpeg = picture_of(content).jpeg
        assert SECRET not in jpeg
        markers = {jpeg[place + 1] for place in range(len(jpeg) - 1) if jpeg[place] == 0xFF}
        assert markers.isdisjoint({0xE1, 0xE2, 0xED, 0xFE})  # EXIF and XMP, colours, IPTC, comments


@pytest.mark.parametrize(("turn", "corner"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1))])
def test_it_stands_upright(turn: int, corner: tuple[int, int]) -> None:
    image = seen(made(exif=exif(turn)))
    assert image.size == ((400, 300) if turn in (1, 3) else (300, 400))
    blue = {
        (x, y)
        for x in (0, 1)
        for y in (0, 1)
        if image.getpixel(((image.width - 30) * x + 15, (image.height - 30) * y + 15))[2] > 200  # type: ignore[index]
    }
    assert blue == {corner}


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_whatever_its_colours_are(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert seen(made(mode=mode, kind=kind)).mode == "RGB"


def test_what_is_transparent_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert seen(out.getvalue()).getpixel((5, 5)) == (255, 255, 255)


def test_noise_fits_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "LARGEST_PICTURE", LARGEST_PICTURE // 16)
    out = io.BytesIO()
    Image.effect_noise((450, 450), 250).convert("RGB").save(out, "JPEG", quality=95)
    assert len(picture_of(out.getvalue()).jpeg) <= LARGEST_PICTURE // 16


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    made = ((b"IHDR", head), *chunks, (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(text)) + kind + text + struct.pack(">I", zlib.crc32(kind + text)) for kind, text in made
    )
    return b"\x89PNG\r\n\x1a\n" + body


def scans() -> bytes:
    """A JPEG in many passes, each over the whole picture."""
    plain = made((64, 64), progressive=True)
    start = plain.index(b"\xff\xda")
    return plain[:start] + plain[start:-2] * 60 + b"\xff\xd9"


BOMBS: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "text": lambda: b"<?php echo 1; ?>" * 50,
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "gif": lambda: made(kind="GIF"),
    "tiff": lambda: made(kind="TIFF"),
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "half a jpeg": lambda: made()[:700],
    "head of a jpeg": lambda: made()[:20],
    "jpeg in many passes": scans,
    "png of many pixels": lambda: png(60_000, 60_000, (b"IDAT", zlib.compress(b"\0" * 3_000_000))),
    "png of too many pixels": lambda: png(6000, 6000, (b"IDAT", zlib.compress(b"\0" * 3_000_000))),
    "png without pixels": lambda: png(100, 100, (b"IDAT", b"")),
    "png whose text swells": lambda: png(
        10, 10, (b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 9_000_000)), (b"IDAT", zlib.compress(b"\0" * 310))
    ),
    "png of no size": lambda: png(0, 0),
    "heic": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500,
    "jpeg of many pieces": lambda: made()[:2] + b"\xff\xfe\0\2" * 60_000 + made()[2:],
    "jpeg after a long pause": lambda: made()[:2] + b"\xff" * 60_000 + made()[2:],
    "png of many pieces": lambda: png(10, 10, *[(b"teXt", b"a")] * 60_000, (b"IDAT", zlib.compress(b"\0" * 310))),
    "webp of too many pixels": lambda: made((2000, 1600), kind="WEBP"),
    "webp that ends": lambda: made(kind="WEBP")[:60],
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_and_garbage(bomb: str) -> None:
    with pytest.raises(CannotReadError) as told:
        picture_of(BOMBS[bomb]())
    assert told.value.what.code.startswith("phone.photo_")
    assert told.value.advice is not None


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"mif1", b"avif", b"avis"])
def test_a_heic_or_avif_is_called_what_it_is_and_said_what_to_do(brand: bytes) -> None:
    with pytest.raises(CannotReadError) as caught:
        picture_of(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + SECRET)
    assert caught.value.what.code == "phone.photo_heic"
    assert caught.value.advice.code == "phone.photo_heic_advice"


def test_too_many_bytes_are_not_looked_at() -> None:
    with pytest.raises(CannotReadError) as told:
        picture_of(b"\xff\xd8" + bytes(LARGEST_UPLOAD))
    assert told.value.what.code == "phone.photo_large"


def test_a_large_jpeg_is_not_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MOST_PIXELS", 100)
    assert seen(made((900, 900))).size == (900, 900)  # a bound of its own
    monkeypatch.setattr(photos, "MOST_PIXELS_JPEG", 100)
    with pytest.raises(CannotReadError):
        picture_of(made((900, 900)))


JPEG, PNG = made((40, 30), exif=exif(6)), made((40, 30), kind="PNG")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([JPEG, PNG]), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=12))
def test_any_damage_is_a_picture_or_said(content: bytes, damage: list[tuple[int, int]]) -> None:
    wrong = bytearray(content)
    for place, value in damage:
        wrong[place % len(wrong)] = value
    try:
        jpeg = picture_of(bytes(wrong)).jpeg
    except CannotReadError:
        return
    assert len(jpeg) <= LARGEST_PICTURE
    assert SECRET not in jpeg
