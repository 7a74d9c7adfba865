# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Technical names and external ids, made of what people call things."""

import re
import unicodedata

MAX_LENGTH = 60

_ANYWHERE = dict(zip("абвгґдезиійклмнопрстуф", "abvhgdezyiiklmnoprstuf", strict=True)) | {
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "є": "ie",
    "ї": "i",
    "ю": "iu",
    "я": "ia",
    "ь": "",
    # Letters that Ukrainian has not, so that names of other languages become no empty ids
    "ё": "io",
    "ы": "y",
    "э": "e",
    "ъ": "",
    "ў": "u",
}
_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_APOSTROPHES = "'’ʼ`"

PREFIXES = {
    "channels": "team",
    "stages": "stage",
    "activity_types": "activity_type",
    "tags": "tag",
    "lost_reasons": "lost_reason",
}


def transliterate(text):
    """Ukrainian in Latin letters, by resolution 55 of the Cabinet of Ministers of 27 January 2010.

    The soft sign and the apostrophe are left out, є ї й ю я differ at the beginning of a word, зг is zgh. What is no
    Cyrillic letter stays.
    """
    result = []
    previous = ""
    for position, letter in enumerate(text):
        small = letter.lower()
        inside = previous.isalpha()
        following = text[position + 1 : position + 2]
        if letter in _APOSTROPHES and inside and following.isalpha():
            continue
        if small == "г" and previous.lower() == "з":
            latin = "gh"
        elif small in _FIRST and not inside:
            latin = _FIRST[small]
        else:
            latin = _ANYWHERE.get(small, letter)
        result.append(latin.capitalize() if letter != small and latin != letter else latin)
        previous = letter
    return "".join(result)


def _slug(text):
    plain = unicodedata.normalize("NFKD", transliterate(unicodedata.normalize("NFC", text)))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:MAX_LENGTH].strip("_")


def module_name(text):
    """A technical name of a module, made of any text: small letters, digits and underscores, a letter first."""
    name = _slug(text)
    if not name or not name[0].isalpha():
        name = f"crm_{name}".strip("_")
    return name[:MAX_LENGTH].strip("_")


def record_name(directory, text, taken):
    """The part of an external id after the dot, made of a record's name: ``stage_pidpysannia``; with ``_2``, ``_3``…
    where ``taken`` (a container of such names) has it. The caller adds it to ``taken``.
    """
    slug = _slug(text)
    name = f"{PREFIXES[directory]}_{slug}" if slug else PREFIXES[directory]
    result, number = name, 1
    while result in taken:
        number += 1
        result = f"{name}_{number}"
    return result
