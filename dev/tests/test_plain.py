"""The functions of `dev` that need neither Odoo nor a server."""

import os
import signal
import subprocess
import sys
import time
from collections import namedtuple

import pytest

from benchmarks import load
from dev import __main__ as commands
from dev import console, database, debian, odoo, paths, postgres

LISTING = """\
'http://mirror/pool/main/o/odoo/odoo-19_19.0_all.deb' odoo-19_19.0_all.deb 126 SHA256:{digest}
'http://mirror/pool/main/f/fonts/fonts-x_1%2b2_all.deb' fonts-x_1%2b2_all.deb 7 SHA256:{digest}
""".format(digest="a" * 64)


def test_parse_uris():
    assert debian.parse_uris(LISTING) == [
        ("odoo-19_19.0_all.deb", 126, "a" * 64),
        ("fonts-x_1%2b2_all.deb", 7, "a" * 64),
    ]
    assert debian.parse_uris("W: something else\n") == []


def test_a_download_counts_when_it_is_whole(tmp_path):
    file = tmp_path / "package.deb"
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert not debian.is_whole(file, 5, digest)
    file.write_bytes(b"hel")
    assert not debian.is_whole(file, 5, digest)
    file.write_bytes(b"help!")
    assert not debian.is_whole(file, 5, digest)
    file.write_bytes(b"hello")
    assert debian.is_whole(file, 5, digest)


def test_series():
    assert odoo.series("version_info = (19, 0, 0, FINAL, 0, '')\n") == "19.0"
    assert odoo.series("nothing of the kind") == ""


@pytest.mark.parametrize("version", [(3, 9, 2), (3, 14, 0)])
def test_a_python_that_odoo_does_not_know_is_refused(monkeypatch, version):
    monkeypatch.setattr(odoo.sys, "version_info", version)
    with pytest.raises(console.Failure, match=r"needs Python 3\.10 to 3\.13"):
        odoo.ensure_python()


def test_odoo_home_has_to_be_odoo_19(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(console.Failure, match="no Odoo in it"):
        odoo.named_home()
    release = tmp_path / "odoo" / "release.py"
    release.parent.mkdir()
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    with pytest.raises(console.Failure, match=r"not Odoo 19\.0"):
        odoo.named_home()
    release.write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    assert odoo.named_home() == tmp_path


def test_the_digest_tells_what_a_database_has_loaded(tmp_path):
    (tmp_path / "views").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "views" / "a.xml").write_text("<odoo/>")
    before = database.addon_digest(tmp_path)
    (tmp_path / "tests" / "test_a.py").write_text("")
    assert database.addon_digest(tmp_path) == before
    (tmp_path / "views" / "a.xml").write_text("<odoo />")
    assert database.addon_digest(tmp_path) != before


def test_bases_of_another_odoo_or_on_a_shared_server_have_names_of_their_own(tmp_path, monkeypatch):
    Fake = namedtuple("Fake", "embedded")
    monkeypatch.setattr(odoo, "named_home", lambda: None)
    assert database.base_name(Fake(True)) == "bjet_base"
    assert database.base_name(Fake(True), demo=True) == "bjet_base_demo"
    names = {
        database.base_name(Fake(True)),
        database.base_name(Fake(False)),
        database.base_name(Fake(True), modules="crm"),
    }
    monkeypatch.setattr(odoo, "named_home", lambda: tmp_path)
    names.add(database.base_name(Fake(True)))
    assert len(names) == 4


def test_a_long_path_gets_a_short_folder_for_the_socket(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "_account", dict)
    monkeypatch.setattr(postgres.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(paths, "POSTGRES", tmp_path / "short")
    monkeypatch.setattr(postgres, "SOCKET_NAME", len(str(tmp_path)) + 40)
    assert postgres._socket_folder() == tmp_path / "short"
    monkeypatch.setattr(paths, "POSTGRES", tmp_path / ("long" * 20))
    folder = postgres._socket_folder()
    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_port_in_use_is_told():
    with commands.socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(console.Failure, match=f"Port {port} is taken"):
            commands._check_port(port)
    commands._check_port(port)


def test_a_full_disk_is_told_before_the_first_run(monkeypatch, tmp_path):
    Usage = namedtuple("Usage", "total used free")
    monkeypatch.setattr(commands.shutil, "disk_usage", lambda path: Usage(1 << 40, 1 << 40, 100 << 20))
    monkeypatch.setattr(paths, "STATE", tmp_path)
    monkeypatch.setattr(paths, "VENV", tmp_path / "venv")
    needed = f"There are 100 MB free on the disk of {tmp_path}, and {{}} MB are needed"
    with pytest.raises(console.Failure, match=needed.format(commands.FIRST_RUN_SPACE >> 20)):
        commands._check_space()
    paths.VENV.mkdir()
    (paths.VENV / ".lock").touch()
    with pytest.raises(console.Failure, match=needed.format(commands.SPACE >> 20)):
        commands._check_space()


def test_cleaning_leaves_what_is_not_ours(tmp_path):
    """A whole command, in a folder that holds other things: pretending to have no venv, it needs no server."""
    (tmp_path / "postgres.lock").touch()
    state = tmp_path / "bjet_crm_setup"
    (state / "logs").mkdir(parents=True)
    environment = {**os.environ, "BJET_DEV_DIR": str(tmp_path)}
    done = console.run([sys.executable, "-m", "dev", "clean"], "No", env=environment, cwd=paths.ROOT)
    assert str(state) in done
    assert [path.name for path in tmp_path.iterdir()] == ["postgres.lock"]


class FakeServer:
    """A server that has every database, and notes which are dropped."""

    def __init__(self, embedded):
        self.embedded, self.dropped = embedded, []

    def exists(self, name):
        return True

    def drop(self, name):
        self.dropped.append(name)

    def query(self, *arguments, **more):
        return []

    create = rename = query


def test_the_database_of_another_clone_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "FILESTORE", tmp_path)
    database.filestore("base").mkdir(parents=True)
    Fake = namedtuple("Fake", "server")
    ours, theirs = FakeServer(embedded=True), FakeServer(embedded=False)
    for replace in (
        lambda: database.clone(Fake(theirs), "base", "x"),
        database.whole(Fake(theirs), "base", "x").__enter__,
    ):
        with pytest.raises(console.Failure, match="belongs to another clone"):
            replace()
    assert theirs.dropped == []
    database.clone(Fake(ours), "base", "x")
    assert ours.dropped == ["x"]
    database.clone(Fake(theirs), "base", "x")
    assert theirs.dropped == ["x"]
    assert database.made() == ["base", "x"]


def test_a_database_gets_its_name_when_it_is_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "FILESTORE", tmp_path)
    database.filestore("base").mkdir(parents=True)
    fake = namedtuple("Fake", "server")(FakeServer(embedded=True))
    with pytest.raises(KeyError), database.whole(fake, "base", "x"):
        raise KeyError
    assert database.made() == ["base", "x_part"]
    with database.whole(fake, "base", "x") as part:
        (database.filestore(part) / "file").touch()
    assert database.made() == ["base", "x"]
    assert (database.filestore("x") / "file").exists()


def test_a_failure_shows_the_end_of_the_output():
    with pytest.raises(console.Failure, match=r"It broke\.\n +one\n +two"):
        console.run([sys.executable, "-c", "print('one'); print('two'); raise SystemExit(3)"], "It broke.")
    with pytest.raises(console.Failure, match=r"It broke\. \(no-such-program is not on this machine\.\)"):
        console.run(["no-such-program"], "It broke.")


def test_a_child_ends_with_the_work_around_it():
    start = time.monotonic()
    # what a shell starts in the background ignores Ctrl-C, and so would the child
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyError):
            with console.child([sys.executable, "-c", "import time; time.sleep(60)"], apart=True) as process:
                raise KeyError
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.returncode == -signal.SIGINT or process.returncode == 1
    assert time.monotonic() - start < 15


def test_a_lock_waits_for_the_other_process(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "STATE", tmp_path)
    waited = []
    script = (
        "import sys, pathlib; from dev import paths; paths.STATE = pathlib.Path(sys.argv[1]);\n"
        "with paths.lock('x'): print('held', flush=True); sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=paths.ROOT,
    ) as other:
        assert other.stdout.readline() == "held\n"

        def wait():
            waited.append(True)
            other.stdin.write("\n")
            other.stdin.flush()

        with paths.lock("x", wait):
            assert waited == [True]


def test_the_table_of_the_bench_leaves_out_what_failed():
    found = {(side, 1): load.Load() for side in load.SIDES}
    found[load.WITH, 1].scenes[load.DRAG] = [0.25]
    found[load.WITH, 1].rates[load.DRAG] = 4
    found[load.WITHOUT, 1].errors.append("drag a card: refused")
    lines = load.load_table(found, [1]).splitlines()
    assert f"| 1 | {load.DRAG} |  | 250 / 250 ms, 4 a second |" in lines
    assert "| 1 | *errors* | 1 | 0 |" in lines


def test_a_full_disk_names_itself(monkeypatch):
    monkeypatch.setattr(console, "disk_is_full", lambda: True)
    assert "is full" in str(console.failure("pip broke off."))
