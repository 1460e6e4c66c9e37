"""Photos encoded anew: turned upright first, then only the pixels are kept."""

import io
from typing import TYPE_CHECKING

from twinloop.edge.uploadkinds import Kind, UploadCode, UploadRefused

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 60_000_000  # a phone's 50-megapixel photo passes; 60 M pixels take 180 MB while they are decoded
_OUTPUT = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WEBP", Kind.HEIC: "JPEG"}
_QUALITY = 90  # house numbers and faces stay legible; files about as large as a phone's own


def cleaned(data: bytes, kind: Kind) -> bytes:
    """The same picture without EXIF, GPS, XMP, ICC, comments and whatever hung behind it. Raises `UploadRefused`."""
    picture = _opened(data, kind)
    try:
        upright = _upright(picture)
        plain = _plain(upright, keeps_alpha=_OUTPUT[kind] != "JPEG")
        out = io.BytesIO()
        options: dict[str, int] = {"optimize": 1} if _OUTPUT[kind] == "PNG" else {"quality": _QUALITY}
        plain.save(out, _OUTPUT[kind], **options)
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError) as error:
        # decoders answer to damaged files in all these ways
        raise UploadRefused(UploadCode.BROKEN, found=kind.upper()) from error
    return out.getvalue()


def _opened(data: bytes, kind: Kind) -> "Image.Image":
    from PIL import Image

    name = "HEIF" if kind is Kind.HEIC else kind.upper()
    Image.init()
    if name not in Image.OPEN:
        raise UploadRefused(UploadCode.HEIC)
    try:
        picture = Image.open(io.BytesIO(data), formats=[name])
    except Image.DecompressionBombError:
        raise UploadRefused(UploadCode.PIXELS, megapixels="?", limit_megapixels=MAX_PIXELS // 10**6) from None
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError) as error:
        raise UploadRefused(UploadCode.BROKEN, found=kind.upper()) from error
    pixels = picture.width * picture.height
    if pixels > MAX_PIXELS:
        raise UploadRefused(UploadCode.PIXELS, megapixels=pixels // 10**6, limit_megapixels=MAX_PIXELS // 10**6)
    # a phone's JPEG may hold a second frame (depth, small copy): the first is the photo, the rest falls away
    if kind in {Kind.PNG, Kind.WEBP} and getattr(picture, "is_animated", False):
        raise UploadRefused(UploadCode.ANIMATED)
    return picture


def _upright(picture: "Image.Image") -> "Image.Image":
    from PIL import ImageOps

    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, ZeroDivisionError):
        return picture  # damaged EXIF: nothing tells which way is up


def _plain(picture: "Image.Image", *, keeps_alpha: bool) -> "Image.Image":
    from PIL import Image

    has_alpha = keeps_alpha and ("A" in picture.mode or "transparency" in picture.info)
    mode = "L" if picture.mode in {"1", "L"} else "RGBA" if has_alpha else "RGB"
    colours = _in_srgb(picture).convert(mode)
    # a new picture: `info` with profile, comment and text chunks stays behind
    plain = Image.new(mode, colours.size)
    plain.paste(colours)
    return plain


def _in_srgb(picture: "Image.Image") -> "Image.Image":
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK"}:
        return picture
    from PIL import ImageCms

    mode = "RGB" if picture.mode == "CMYK" else picture.mode
    try:
        # without its profile a wide-gamut photo would look pale
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return turned or picture
