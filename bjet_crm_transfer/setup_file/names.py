# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Technical names and external ids, made of what people call things."""


def transliterate(text):
    """Ukrainian in Latin letters, by resolution 55 of the Cabinet of Ministers of 27 January 2010."""
    raise NotImplementedError


def module_name(text):
    """A technical name of a module, made of any text: small letters, digits and underscores, a letter first."""
    raise NotImplementedError


def record_name(directory, text, taken):
    """The part of an external id after the dot, made of a record's name: ``stage_pidpysannia``; with ``_2``, ``_3``…
    where ``taken`` (a container of such names) has it. The caller adds it to ``taken``.
    """
    raise NotImplementedError
