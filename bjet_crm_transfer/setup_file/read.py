# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the files of a module to a set-up, strictly: what is accepted, Odoo reads the same.

A file comes from anywhere. Nothing of it is executed or extracted, nothing outside of it is read, and each refusal
names the file and the line.
"""

import io
import os
import stat
import unicodedata
import zipfile
import zlib

from . import layout, read_manifest, read_po, read_xml
from .errors import SetupFileError
from .state import DIRECTORIES, Setup

MAX_SIZE = 5 << 20
MAX_FILES = 200
_CHUNK = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What tools leave beside the files of a folder, and Odoo does not look at
_IGNORED = {"__pycache__", ".git"}


def read_zip(content):
    """Read the bytes of a zip; returns the ``Setup``, raises ``SetupFileError``."""
    if len(content) > MAX_SIZE:
        raise SetupFileError("too_big", limit=MAX_SIZE >> 20)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = _unzip(archive)
    except (zipfile.BadZipFile, UnicodeDecodeError, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise SetupFileError("not_zip") from error
    names = {path.partition("/")[0] for path in files}
    if len(names) != 1 or not all("/" in path for path in files):
        raise SetupFileError("one_folder")
    return read_files({path.partition("/")[2]: content for path, content in files.items()}, names.pop())


def read_folder(path):
    """Read a module's folder on the disk (the command, the ready-made set-ups); as ``read_files``."""
    path = os.path.abspath(path)
    if not os.path.isdir(path):
        raise SetupFileError("no_folder", path=path)
    files, size = {}, 0
    for root, folders, names in os.walk(path):
        folders[:] = sorted(folder for folder in folders if folder not in _IGNORED)
        for name in sorted([*names, *(folder for folder in folders if os.path.islink(os.path.join(root, folder)))]):
            full = os.path.join(root, name)
            inside = os.path.relpath(full, path).replace(os.sep, "/")
            if not stat.S_ISREG(os.lstat(full).st_mode):
                raise SetupFileError("symlink", inside)
            with open(full, "rb") as stream:
                files[inside] = stream.read(MAX_SIZE - size + 1)
            size += len(files[inside])
            _check_size(size, len(files))
    return read_files(files, os.path.basename(path))


def read_files(files, name):
    """Read ``{path inside the module: bytes}`` of the module ``name``; returns the ``Setup``, raises ``SetupFileError``."""
    if not layout.MODULE_NAME.fullmatch(name):
        raise SetupFileError("name", name=name)
    _check_size(sum(map(len, files.values())), len(files))
    _check_names(files, name)
    manifest = read_manifest.read_manifest(_text(files, layout.MANIFEST))
    if _text(files, "__init__.py").strip():
        raise SetupFileError("not_empty", "__init__.py", 1)
    if layout.README in files:
        _text(files, layout.README)
    present = [directory for directory in DIRECTORIES if layout.DATA[directory] in files]
    setup = Setup(
        id=manifest["crm_transfer"]["id"],
        name=name,
        title=manifest["name"],
        format=manifest["crm_transfer"]["format"],
        depends=manifest["depends"],
        languages=sorted(lang for path in files if (lang := layout.language(path))),
        directories=present,
        records={},
        order={},
        removals=[],
    )
    data = [
        *(layout.DATA[directory] for directory in present),
        *([layout.REMOVALS] if layout.REMOVALS in files else []),
    ]
    if manifest["data"] != data:
        raise SetupFileError("manifest_data", layout.MANIFEST, manifest.lines["data"], files=", ".join(data))
    documents = [read_xml.Document(path, _text(files, path), name) for path in data]
    read_xml.read_records(setup, documents)
    read_po.read_translations(setup, {path: _text(files, path) for path in sorted(files) if path.startswith("i18n/")})
    return setup.normalise()


# ------------------------------------------------------------
# Files
# ------------------------------------------------------------


def _check_size(size, count):
    if size > MAX_SIZE:
        raise SetupFileError("too_big", limit=MAX_SIZE >> 20)
    if count > MAX_FILES:
        raise SetupFileError("too_many_files", limit=MAX_FILES)


def _check_names(files, name):
    known = {layout.MANIFEST, "__init__.py", layout.README, layout.REMOVALS, layout.pot(name), *layout.DATA.values()}
    for path in sorted(files):
        if path.startswith("i18n/") and path.endswith(".po") and path.count("/") == 1:
            if not layout.language(path):
                raise SetupFileError("po_language", path, lang=path[len("i18n/") : -len(".po")])
        elif path not in known:
            raise SetupFileError("unknown_file", path)
    for path in (layout.MANIFEST, "__init__.py"):
        if path not in files:
            raise SetupFileError("missing_file", path)


def _text(files, path):
    content = files[path]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SetupFileError("not_utf8", path, 1)
    if content.startswith(b"\xef\xbb\xbf"):
        raise SetupFileError("bom", path, 1)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SetupFileError("not_utf8", path, content.count(b"\n", 0, error.start) + 1) from error


def _unzip(archive):
    """The files of the zip in memory, read with a counter: what the zip says of their sizes is not believed."""
    infos = archive.infolist()
    if len(infos) > MAX_FILES * 2:
        raise SetupFileError("too_many_files", limit=MAX_FILES)
    files, seen, size = {}, set(), 0
    for info in infos:
        _check_entry(info, seen)
        if info.is_dir():
            continue
        files[info.filename], size = _read_entry(archive, info, size)
        _check_size(size, len(files))
    return files


def _check_entry(info, seen):
    # `filename` is cut at a NUL and has other separators replaced: the name that the zip has is judged
    path = info.orig_filename
    parts = path.removesuffix("/").split("/")
    if "\\" in path or "\0" in path or ":" in path or any(part in ("", ".", "..") for part in parts):
        raise SetupFileError("path", path.replace("\0", ""))
    folded = unicodedata.normalize("NFC", path).casefold()
    if folded in seen:
        raise SetupFileError("twice_in_zip", path)
    seen.add(folded)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise SetupFileError("symlink", path)
    if info.flag_bits & 0x41:
        raise SetupFileError("encrypted", path)
    if info.compress_type not in _METHODS:
        raise SetupFileError("compression", path)
    if info.is_dir() and info.file_size:
        raise SetupFileError("damaged", path)


def _read_entry(archive, info, size):
    chunks = []
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                _check_size(size, 0)
                chunks.append(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise SetupFileError("damaged", info.filename) from error
    return b"".join(chunks), size
