# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The manifest, as data: `ast.literal_eval` without its depths."""

import ast
import io
import re
import tokenize

from .errors import SetupFileError
from .layout import MANIFEST, MODULE_NAME, is_text
from .state import FORMAT

_MAX_SIZE = 1 << 16
_MAX_DEPTH = 8
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_LAYOUT = {
    tokenize.ENCODING,
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
_TEXTS = ("name", "summary", "description", "version", "license", "author", "maintainer", "website", "category")
# Half of a surrogate pair is no character
_ESCAPE = re.compile(r"\\[\\'\"nrtbf]|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}")
_SETUP_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")
# Another version would make Odoo take the module for one that it cannot install
_VERSION = re.compile(r"19\.0(\.[0-9]{1,9}){2,3}")


class Manifest(dict):
    """The manifest's values, with the line of each key in ``lines``."""

    def __init__(self, values, lines):
        super().__init__(values)
        self.lines = lines


def read_manifest(text):
    """The manifest of a set-up: a ``Manifest`` with ``name``, ``depends``, ``data`` and ``crm_transfer``."""
    _check_tokens(text)
    try:
        node = ast.parse(text.lstrip(" \t"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _unreadable(error) from error
    if not isinstance(node, ast.Dict):
        raise SetupFileError("manifest_kind", MANIFEST, 1)
    manifest = Manifest(_value(node), {key.value: key.lineno for key in node.keys})
    for key, value in manifest.items():
        _check_key(key, value, manifest.lines[key])
    if "crm_transfer" not in manifest:
        raise SetupFileError("no_setup", MANIFEST, 1)
    for key in ("name", "version", "depends", "data"):
        if key not in manifest:
            raise SetupFileError("manifest_missing", MANIFEST, 1, key=key)
    return manifest


def _unreadable(error):
    reason = getattr(error, "msg", None) or str(error) or type(error).__name__
    return SetupFileError("manifest", MANIFEST, getattr(error, "lineno", None) or 1, reason=reason.rstrip("."))


def _check_tokens(text):
    """Only what a dictionary of plain values is made of, and not too deep: before Python's parser sees it."""
    if len(text) > _MAX_SIZE:
        raise SetupFileError("manifest_long", MANIFEST, 1)
    if "\0" in text or "\f" in text or "\\\n" in text or "\r" in text.replace("\r\n", "\n"):
        raise SetupFileError("manifest_characters", MANIFEST, 1)
    depth = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            line = token.start[0]
            if token.type == tokenize.OP and token.string in "()[]{},:":
                depth += _BRACKETS.get(token.string, 0)
                if depth > _MAX_DEPTH:
                    raise SetupFileError("manifest_nesting", MANIFEST, line)
            elif not _is_plain(token):
                raise SetupFileError("manifest_word", MANIFEST, line, word=token.string.strip()[:40])
    except (tokenize.TokenError, SyntaxError, IndentationError) as error:
        raise _unreadable(error) from error


def _is_plain(token):
    if token.type == tokenize.STRING:
        return token.string[0] in "\"'" and "\\" not in _ESCAPE.sub("", token.string)
    if token.type == tokenize.NUMBER:
        return token.string.isascii() and token.string.isdigit() and len(token.string) < 10
    if token.type == tokenize.NAME:
        return token.string in ("True", "False", "None")
    return token.type in _LAYOUT


def _value(node):
    match node:
        case ast.Constant():
            return node.value
        case ast.List():
            return [_value(item) for item in node.elts]
        case ast.Dict():
            result = {}
            for key, value in zip(node.keys, node.values, strict=True):
                if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                    raise SetupFileError("manifest_kind", MANIFEST, node.lineno)
                if key.value in result:
                    raise SetupFileError("manifest_twice", MANIFEST, key.lineno, key=key.value)
                result[key.value] = _value(value)
            return result
    raise SetupFileError("manifest_kind", MANIFEST, node.lineno)


def _check_key(key, value, line):
    if key in _TEXTS:
        right = isinstance(value, str) and is_text(value)
        if key == "version":
            right = right and bool(_VERSION.fullmatch(value))
    elif key == "depends":
        right = _is_names(value, MODULE_NAME) and "bjet_crm_transfer" in value
    elif key == "data":
        right = isinstance(value, list) and all(isinstance(path, str) for path in value)
    elif key == "installable":
        right = value is True
    elif key == "crm_transfer":
        right = isinstance(value, dict) and set(value) == {"format", "id"} and _is_setup(value, line)
    else:
        raise SetupFileError("manifest_key", MANIFEST, line, key=key)
    if not right:
        raise SetupFileError("manifest_value", MANIFEST, line, key=key)


def _is_names(value, pattern):
    return (
        isinstance(value, list)
        and all(isinstance(name, str) and pattern.fullmatch(name) for name in value)
        and len(value) == len(set(value))
    )


def _is_setup(value, line):
    number = value["format"]
    if type(number) is int and number > FORMAT:
        raise SetupFileError("format", MANIFEST, line, format=number, known=FORMAT)
    return (
        type(number) is int and number == FORMAT and isinstance(value["id"], str) and _SETUP_ID.fullmatch(value["id"])
    )
