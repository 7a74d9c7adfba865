"""Databases, and servers to talk to, for the tests of the project itself."""

import pytest

from dev import database, live, odoo, paths, postgres

from .common import MANAGER

MAKE_MANAGER = """
from odoo.tests import new_test_user
new_test_user(env, {0!r}, "sales_team.group_sale_manager", password={1!r})
env.cr.commit()
"""


@pytest.fixture(scope="session")
def server():
    with postgres.server() as running:
        yield running


@pytest.fixture(scope="session")
def instance(server):
    """Odoo with the addon, and the example of a consultant's module, on its path."""
    examples = paths.ADDON / "tests" / "addons"
    return odoo.Odoo(server, [examples] if examples.is_dir() else [])


@pytest.fixture(scope="module")
def make_clone(instance):
    """Make a clone of a base database; it goes when the tests of the file are done."""
    made = []

    def make(suffix, demo=False):
        name = f"{database.RUN}_{suffix}"
        made.append(name)
        database.clone(instance, database.ensure_base(instance, demo=demo), name)
        return name

    yield make
    for name in made:
        database.drop(instance, name)


@pytest.fixture(scope="session")
def prepared(instance):
    """A database with the addon and a sales manager, to clone."""
    name = f"{database.RUN}_prepared"
    database.clone(instance, database.ensure_base(instance), name)
    database.install(instance, name)
    instance.shell(name, name, MAKE_MANAGER.format(*MANAGER))
    yield name
    database.drop(instance, name)


@pytest.fixture(scope="module")
def scratch(instance, prepared, request):
    """A clone of it that belongs to one test module."""
    name = f"{database.RUN}_{request.module.__name__.rpartition('.')[2]}"
    database.clone(instance, prepared, name)
    yield name
    database.drop(instance, name)


@pytest.fixture(scope="module")
def site(instance, scratch):
    with live.serving(instance, scratch, scratch, log_level="info") as found:
        yield found
