"""Reading image files, from a folder or straight out of a tar archive, in parallel.

An archive is read as a stream and never unpacked to disk.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import sys
import tarfile
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image
from tqdm import tqdm

from kdlab.errors import ArchiveError, FolderError

SIDE = 32
SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".ppm", ".pgm", ".tif", ".tiff")
CHUNK = 256  # images in one task: large enough that handing it over costs nothing

ImageFile = tuple[str, Path | bytes]  # name inside the tree, and where to read it or what was read
Decoded = tuple[list[str], np.ndarray, int, list[str]]


def read_images(path: Path) -> tuple[list[str], np.ndarray]:
    """Read every image of a folder tree or of a tar archive of one.

    Parameters
    ----------
    path : Path
        A folder, or an archive ``.tar``, ``.tar.xz``, ``.tar.gz`` or ``.tar.bz2``.

    Returns
    -------
    names : list of str
        The images' paths inside the tree, with ``/``.
    pixels : ndarray, uint8, shape (N, 3, 32, 32)
        Images of another size are resized, and a line says how many.

    Raises
    ------
    FolderError
        If there is no image, or some cannot be read; the message names them.
    ArchiveError
        If the archive is damaged or has members that do not belong into one.
    """
    names, parts, resized, broken = [], [], 0, []
    for decoded in _decode_in_parallel(_files(path)):
        names += decoded[0]
        parts.append(decoded[1])
        resized += decoded[2]
        broken += decoded[3]
    if broken:
        shown = "; ".join(broken[:5]) + (" ..." if len(broken) > 5 else "")
        raise FolderError(
            f"{path}: {len(broken)} image file(s) cannot be read: {shown}. Mend or remove them."
        )
    if not names:
        raise FolderError(
            f"{path} holds no images. Expected <class>/<image> or train/<class>/<image> and "
            f"test/<class>/<image>, with one of the endings {' '.join(SUFFIXES)}."
        )
    if resized:
        print(f"{resized} of {len(names)} images are not {SIDE}x{SIDE} and were resized to it.")
    return names, np.concatenate(parts)


def fingerprint(path: Path) -> str:
    """What the cache of a folder or an archive goes by.

    An archive is known by its content; a tree, for speed, by the name, size and time of each file.
    """
    digest = hashlib.sha256()
    if path.is_dir():
        digest.update(str(path.resolve()).encode())
        for name, file in _files_of_folder(path):
            status = file.stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    else:
        with open(path, "rb") as archive:
            while block := archive.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _files(path: Path) -> Iterator[ImageFile]:
    return _files_of_folder(path) if path.is_dir() else _files_of_archive(path)


def _is_image(name: str) -> bool:
    """By its ending; hidden files are not meant (macOS leaves ``._x.jpg`` beside ``x.jpg``)."""
    return name.lower().endswith(SUFFIXES) and not PurePosixPath(name).name.startswith(".")


def _files_of_folder(path: Path) -> Iterator[tuple[str, Path]]:
    def refuse(error: OSError) -> None:
        raise FolderError(f"{error.filename} cannot be read: {error.strerror}.") from error

    for folder, subfolders, files in os.walk(path, onerror=refuse):
        subfolders.sort()
        for file in map(Path(folder).joinpath, sorted(files)):
            if _is_image(file.name):
                yield file.relative_to(path).as_posix(), file


def _files_of_archive(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with _decompressed(path) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                _refuse_unsafe(path, member)
                if not (member.isfile() and _is_image(member.name)):
                    continue
                if (content := archive.extractfile(member)) is not None:
                    yield member.name.removeprefix("./"), content.read()
            # tarfile takes a damaged header for the end. After the true end come only zeros; and
            # reading them is what makes gzip and xz compare their check sums.
            while rest := archive.fileobj.read(1 << 16):
                if any(rest):
                    raise tarfile.ReadError("a damaged header in the middle")
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
        raise ArchiveError(
            f"{path} is not a whole tar archive ({error or type(error).__name__}). "
            "Download or pack it again."
        ) from error


def _decompressed(path: Path) -> io.BufferedIOBase:
    """Open a file by what it begins with; tarfile's own streams do not compare check sums."""
    with open(path, "rb") as file:
        start = file.read(6)
    for magic, opener in ((b"\xfd7zXZ\0", lzma.open), (b"\x1f\x8b", gzip.open), (b"BZh", bz2.open)):
        if start.startswith(magic):
            return opener(path)
    return open(path, "rb")


def _refuse_unsafe(path: Path, member: tarfile.TarInfo) -> None:
    """Nothing here unpacks to disk; but an archive with such members is not a set of images."""
    name = PurePosixPath(member.name.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in name.parts[:1]:
        raise ArchiveError(f"{path}: the member {member.name!r} points outside of the archive.")
    if not (member.isfile() or member.isdir()):
        raise ArchiveError(f"{path}: the member {member.name!r} is a link or device, not a file.")


def _decode_in_parallel(files: Iterator[ImageFile]) -> Iterator[Decoded]:
    """Decode chunks of files in threads (Pillow lets go of the interpreter's lock), in order."""
    workers = os.cpu_count() or 1
    running: deque[Future[Decoded]] = deque()
    with (
        ThreadPoolExecutor(workers) as pool,
        tqdm(
            desc="Reading images", unit=" images", file=sys.stdout, leave=False, mininterval=1
        ) as progress,
    ):
        for chunk in _chunks(files):
            running.append(pool.submit(_decode_chunk, chunk))
            if len(running) > 2 * workers:  # read ahead, but not the whole archive
                yield running.popleft().result()
            progress.update(len(chunk))
        while running:
            yield running.popleft().result()


def _chunks(files: Iterator[ImageFile]) -> Iterator[list[ImageFile]]:
    chunk: list[ImageFile] = []
    for file in files:
        chunk.append(file)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _decode_chunk(chunk: list[ImageFile]) -> Decoded:
    """Decode a chunk: the names, the pixels (N, 3, 32, 32), how many resized, what was broken."""
    pixels = np.empty((len(chunk), SIDE, SIDE, 3), np.uint8)
    names: list[str] = []
    resized, broken = 0, []
    for name, content in chunk:
        try:
            with Image.open(io.BytesIO(content) if isinstance(content, bytes) else content) as file:
                image = file.convert("RGB")
        except Exception as error:  # Pillow's decoders raise nearly anything at a damaged file
            broken.append(f"{name} ({type(error).__name__})")
            continue
        if image.size != (SIDE, SIDE):
            image = image.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
            resized += 1
        pixels[len(names)] = np.asarray(image)
        names.append(name)
    pixels = np.ascontiguousarray(pixels[: len(names)].transpose(0, 3, 1, 2))
    return names, pixels, resized, broken
