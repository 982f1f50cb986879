"""The child that looks inside a file: alone, with little memory, little time, no secrets.

Run as a script, never imported by the site: `child.py NAME LIMITS` reads the file
from standard input (a file, so that it can seek) and, for images, writes the image
anew to standard output. It ends with 0, 3 (broken) or 4 (too heavy); at its limits
the system ends it. It imports nothing of the platform.
"""

from __future__ import annotations

import codecs
import io
import json
import re
import resource
import stat
import sys
import warnings
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, Final, NoReturn
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

BROKEN: Final = 3
HEAVY: Final = 4
_CHUNK: Final = 1 << 20
_MEMBER: Final = re.compile(r"[\w .()\[\]-]+(/[\w .()\[\]-]+)*", re.ASCII)
_ACTIVE: Final = ("vbaproject", "activex", "externallink", "embeddings", "oleobject", ".bin")
_PDF_ACTIVE: Final = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|OpenAction|AA|XFA|SubmitForm|ImportData)\b"
)
_PNG_MODES: Final = {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}
_LINE_MAX: Final = 4 << 20


def image(source: BinaryIO, sink: BinaryIO, limits: dict[str, int], name: str) -> None:
    """Decode the whole image and write it anew: pixels and nothing else."""
    Image.MAX_IMAGE_PIXELS = limits["pixels"]
    with Image.open(source, formats=[name]) as opened:
        frames = getattr(opened, "n_frames", 1)
        surface = opened.width * opened.height
        if frames > limits["frames"] or surface > limits["pixels"]:
            end(HEAVY)
        if frames * surface > limits["frame_pixels"] and frames > 1:
            end(HEAVY)
        if frames > 1 and name in {"GIF", "WEBP"}:
            _animation(opened, sink, name)
            return
        upright = ImageOps.exif_transpose(opened)
        bare = Image.new(upright.mode, upright.size)
        bare.paste(upright)
        if upright.mode == "P":
            bare = upright.convert("RGBA")
        bare.info = {}  # comments travel in it
        _still(bare, sink, name)


def workbook(source: BinaryIO, _sink: BinaryIO, limits: dict[str, int], _name: str) -> None:
    """Unpack a workbook into nothing, counting, and read its XML without entities."""
    packed = source.seek(0, io.SEEK_END)
    source.seek(0)
    with zipfile.ZipFile(source) as archive:
        members = archive.infolist()
        names = [member.filename for member in members]
        if len(members) > limits["members"]:
            end(HEAVY)
        if len(set(names)) != len(names) or {"[Content_Types].xml", "xl/workbook.xml"} - set(names):
            end(BROKEN)
        unpacked = 0
        for member in members:
            _check_member(member)
            if member.is_dir():
                continue
            room = min(limits["unpacked"], max(packed * limits["ratio"], 4 * _CHUNK)) - unpacked
            if member.file_size > room:
                end(HEAVY)
            unpacked += _read_member(archive, member, room)


def parquet(source: BinaryIO, _sink: BinaryIO, _limits: dict[str, int], _name: str) -> None:
    """Look at both ends: the columns are read where the table is imported."""
    size = source.seek(0, io.SEEK_END)
    source.seek(max(0, size - 8))
    footer = source.read(8)
    length = int.from_bytes(footer[:4], "little")
    if size < 12 or footer[4:] != b"PAR1" or not 0 < length <= size - 12:
        end(BROKEN)


def text(source: BinaryIO, _sink: BinaryIO, _limits: dict[str, int], name: str) -> None:
    """Read text to its end in UTF-8, else in GB18030; no line without end."""
    for encoding in ("utf-8-sig", "gb18030"):
        source.seek(0)
        if _is_text(source, encoding):
            break
    else:
        end(BROKEN)
    if name == "NDJSON":
        source.seek(0)
        for number, line in enumerate(source):
            if number == 1_000:
                break
            if line.strip() and not isinstance(json.loads(line), dict):
                end(BROKEN)


def pdf(source: BinaryIO, _sink: BinaryIO, _limits: dict[str, int], _name: str) -> None:
    """Refuse a document that acts by itself, or that is something else as well."""
    content = source.read()
    if b"%%EOF" not in content[-2_048:] or b"PK\x05\x06" in content[-66_000:]:
        end(BROKEN)
    names = re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), content)
    if _PDF_ACTIVE.search(names) or b"/Encrypt" in names:
        end(BROKEN)


LOOK: Final[dict[str, Callable[[BinaryIO, BinaryIO, dict[str, int], str], None]]] = {
    "PNG": image,
    "JPEG": image,
    "GIF": image,
    "WEBP": image,
    "PDF": pdf,
    "XLSX": workbook,
    "PARQUET": parquet,
    "CSV": text,
    "NDJSON": text,
}


def end(code: int) -> NoReturn:
    """End with a verdict."""
    sys.exit(code)


def main(name: str, said: str) -> None:
    """Set the limits, then look."""
    limits = json.loads(said)
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_FSIZE, limits["written"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        resource.setrlimit(kind, (most, most))
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        LOOK[name](sys.stdin.buffer, sys.stdout.buffer, limits, name)
        sys.stdout.buffer.flush()
    except (
        MemoryError,
        RecursionError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        end(HEAVY)
    except (
        UnidentifiedImageError,
        zipfile.BadZipFile,
        DefusedXmlException,
        ParseError,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        SyntaxError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        EOFError,
        OSError,
    ):
        end(BROKEN)


def _still(picture: Any, sink: BinaryIO, name: str) -> None:
    if name == "JPEG":
        flat = picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")
        flat.save(sink, "JPEG", quality=90, optimize=False)
    elif name == "PNG":
        kept = picture if picture.mode in _PNG_MODES else picture.convert("RGBA")
        kept.save(sink, "PNG", compress_level=4)
    elif name == "GIF":
        picture.save(sink, "GIF")
    else:
        picture.convert("RGBA").save(sink, "WEBP", quality=90, method=2)


def _animation(opened: Any, sink: BinaryIO, name: str) -> None:
    times, frames = [], []
    for frame in ImageSequence.Iterator(opened):
        times.append(int(frame.info.get("duration", 100)))
        bare = frame.convert("RGBA")
        bare.info = {}
        frames.append(bare)
    more = {"save_all": True, "append_images": frames[1:], "duration": times, "loop": 0}
    frames[0].save(sink, name, **more)


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    mode = member.external_attr >> 16
    parts = name.rstrip("/").split("/")
    if not _MEMBER.fullmatch(name.rstrip("/")) or ".." in parts or member.flag_bits & 1:
        end(BROKEN)
    if stat.S_ISLNK(mode) or any(word in name.lower() for word in _ACTIVE):
        end(BROKEN)
    if name.lower().endswith((".zip", ".xlsx", ".exe", ".js", ".html")):
        end(BROKEN)


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> int:
    """Unpack one member to nowhere; how many bytes it was."""
    read = 0
    with archive.open(member) as unpacked:
        while chunk := unpacked.read(_CHUNK):
            read += len(chunk)
            if read > room:
                end(HEAVY)
    if member.filename.endswith((".xml", ".rels")):
        with archive.open(member) as again:
            for _event, element in ElementTree.iterparse(again, forbid_dtd=True):
                element.clear()
    return read


def _is_text(source: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 0
    try:
        while chunk := source.read(_CHUNK):
            if b"\x00" in chunk:
                return False
            decoder.decode(chunk)
            line = len(chunk) - chunk.rfind(b"\n") if b"\n" in chunk else line + len(chunk)
            if line > _LINE_MAX:
                end(HEAVY)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
