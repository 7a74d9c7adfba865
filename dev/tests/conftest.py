import pytest

from dev import database, odoo, paths, postgres


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
