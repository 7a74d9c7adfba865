"""Databases and servers for the tests of the project itself: they talk to a running Odoo, and do not import it."""

import contextlib
import os

import pytest

from dev import database, live, odoo, postgres

from . import people

PREFIX = f"{os.environ.get('BJET_DB', 'bjet')}_dev"


@pytest.fixture(scope="session")
def instance():
    with postgres.server() as server:
        yield odoo.Odoo(server)


@pytest.fixture(scope="session")
def prepared(instance):
    """A database with the addon and one user of each kind, to clone."""
    name = f"{PREFIX}_prepared"
    database.clone(instance, database.ensure_base(instance), name)
    database.install(instance, name)
    instance.shell(name, name, "from dev.tests import people\npeople.fill(env)\n")
    yield name
    database.drop(instance, name)


@pytest.fixture(scope="module")
def scratch(instance, prepared, request):
    """A clone of it that belongs to one test module."""
    name = f"{PREFIX}_{request.module.__name__.rpartition('.')[2]}"
    database.clone(instance, prepared, name)
    yield name
    database.drop(instance, name)


@pytest.fixture(scope="module")
def site(instance, scratch):
    with live.serving(instance, scratch, scratch, log_level="info") as found:
        yield found


@pytest.fixture(scope="module")
def sessions(site, scratch):
    """An open session of each kind of user; `anonymous` has none."""
    found = {"anonymous": live.Session(site.url), "admin": site.session(scratch, "admin", "admin")}
    for login in people.KINDS:
        found[login] = site.session(scratch, login, people.PASSWORD)
    with contextlib.ExitStack() as stack:
        for session in found.values():
            stack.enter_context(session.http)
        yield found
