# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a set-up to the files of an Odoo data module."""


def write_module(setup):
    """The files of the module: ``{path inside the module: bytes}``, byte for byte the same for equal set-ups."""
    raise NotImplementedError


def zip_module(files, name):
    """The files as a zip with the one folder ``name``, byte for byte the same for the same files: bytes."""
    raise NotImplementedError
