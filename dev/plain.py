"""A pytest plugin: the plain tests of an addon import parts of it, never the addon itself, which needs a running Odoo."""

import pytest

from . import paths


def pytest_collect_directory(path, parent):
    """pytest would take the addon for a package of tests, and import it first."""
    return pytest.Dir.from_parent(parent, path=path) if path in paths.ADDONS else None
