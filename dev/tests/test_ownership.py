"""On a PostgreSQL server that several clones share, each touches its own databases and no others."""

from collections import namedtuple

import pytest

from dev import console, database, paths, postgres

Odoo = namedtuple("Odoo", "server")


@pytest.fixture
def shared(server):
    """The running server, as the PG* variables would name it."""
    return Odoo(postgres.Server(server.host, server.port, server.user))


@pytest.fixture
def enter(tmp_path, monkeypatch):
    """Go over to a clone of that name: to its state folder."""

    def go(name):
        monkeypatch.setattr(paths, "STATE", tmp_path / name)
        monkeypatch.setattr(paths, "FILESTORE", tmp_path / name / "filestore")

    return go


def test_two_clones_on_one_server(shared, enter):
    name = f"{database.RUN}_shared"
    enter("first")
    database.create(shared, f"{name}_part")
    database.move(shared, f"{name}_part", name)
    try:
        assert database.is_here(shared, name)
        assert database.made(shared.server) == [name]
        enter("second")
        # once, this clone had one of that name on another server
        database.filestore(name).mkdir(parents=True)
        assert database.made(shared.server) == []
        assert not database.is_here(shared, name)
        for touch in (database.drop, database.create, database.ensure_run):
            with pytest.raises(console.Failure, match="belongs to another clone"):
                touch(shared, name)
        enter("first")
        assert shared.server.exists(name)
    finally:
        enter("first")
        database.drop(shared, name)
    assert database.made(shared.server) == []


def test_a_copy_is_of_the_clone_that_made_it(shared, enter):
    name = f"{database.RUN}_shared"
    enter("first")
    # nobody's, as a person makes one
    shared.server.create(name)
    try:
        with pytest.raises(
            console.Failure, match=f"COMMENT ON DATABASE \"{name}\" IS '{database.OWNER} {paths.clone_id()}'"
        ):
            database.drop(shared, name)
        shared.server.set_label(name, f"{database.OWNER} {paths.clone_id()}")
        database.create(shared, f"{name}_2", template=name)
        assert database.made(shared.server) == [name, f"{name}_2"]
    finally:
        for made in database.made(shared.server):
            database.drop(shared, made)
