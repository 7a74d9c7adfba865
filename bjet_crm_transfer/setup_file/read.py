# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the files of a module to a set-up, strictly: what is accepted, Odoo reads the same."""


def read_zip(content):
    """Read the bytes of a zip; returns the ``Setup``, raises ``SetupFileError``."""
    raise NotImplementedError


def read_files(files, name):
    """Read ``{path inside the module: bytes}`` of the module ``name``; returns the ``Setup``, raises ``SetupFileError``."""
    raise NotImplementedError


def read_folder(path):
    """Read a module's folder on the disk (the command, the ready-made set-ups); as ``read_files``."""
    raise NotImplementedError
