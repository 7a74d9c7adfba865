"""The functions of `dev` that need neither Odoo nor a server."""

import errno
import http.server
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import namedtuple

import pytest

from benchmarks import load
from dev import __main__ as commands
from dev import checkout, console, database, debian, live, odoo, paths, postgres

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
    with pytest.raises(console.Failure, match="which has no addons"):
        odoo.named_home()
    manifest = tmp_path / "addons" / "crm" / "__manifest__.py"
    manifest.parent.mkdir(parents=True)
    manifest.touch()
    assert odoo.named_home() == tmp_path


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_odoo_home_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    tmp_path.chmod(0)
    try:
        with pytest.raises(console.Failure, match="may not read"):
            odoo.named_home()
    finally:
        tmp_path.chmod(0o700)


def git(*arguments, folder):
    identity = ("-c", "user.name=Odoo", "-c", "user.email=odoo@example.com")
    return console.run(["git", *identity, "-C", folder, *arguments], "No git.").strip()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A bare repository with Odoo's layout and two states of its branch, as ODOO_GIT; (its address, the two commits)."""
    work, bare = tmp_path / "work", tmp_path / "odoo with a space.git"
    (work / "odoo").mkdir(parents=True)
    git("init", "-q", "-b", checkout.BRANCH, folder=work)
    commits = []
    for number in range(2):
        (work / "odoo" / "release.py").write_text(f"version_info = (19, 0, 0, FINAL, {number}, '')\n")
        git("add", ".", folder=work)
        git("commit", "-qm", f"State {number}", folder=work)
        commits.append(git("rev-parse", "HEAD", folder=work))
    git("clone", "-q", "--bare", work, bare, folder=tmp_path)
    git("config", "uploadpack.allowAnySHA1InWant", "true", folder=bare)
    monkeypatch.setenv("ODOO_GIT", str(bare))
    monkeypatch.delenv("ODOO_VERSION", raising=False)
    monkeypatch.delenv("ODOO_HOME", raising=False)
    monkeypatch.setattr(paths, "STATE", tmp_path / "state")
    monkeypatch.setattr(paths, "CHECKOUT", tmp_path / "state" / "odoo")
    return bare, commits


def test_odoo_comes_from_a_repository_without_its_history(repository):
    bare, (_old, new) = repository
    home = odoo.ensure_home()
    assert (home / "odoo" / "release.py").read_text().startswith("version_info = (19, 0, 0, FINAL, 1")
    assert checkout.commit(home).startswith(f"{new} of ")
    assert git("rev-list", "--count", "HEAD", folder=home) == "1"
    bare.rename(bare.with_suffix(".away"))
    assert odoo.ensure_home() == home


def test_an_older_odoo_can_be_asked_for(repository, monkeypatch):
    _bare, (old, _new) = repository
    monkeypatch.setenv("ODOO_VERSION", old)
    home = odoo.ensure_home()
    assert checkout.commit(home).startswith(f"{old} of ")
    monkeypatch.delenv("ODOO_VERSION")
    assert odoo.ensure_home() != home


def test_a_download_from_a_repository_that_breaks_off_leaves_nothing_half_made(repository, monkeypatch):
    bare, _commits = repository
    monkeypatch.setenv("ODOO_GIT", str(bare.with_name("nowhere")))
    with pytest.raises(console.Failure, match=r"could not be brought from .*nowhere"):
        odoo.ensure_home()
    monkeypatch.setenv("ODOO_GIT", str(bare))
    assert (odoo.ensure_home() / "odoo" / "release.py").exists()


def test_what_is_missing_is_said_at_once(tmp_path, monkeypatch):
    for variable in ("ODOO_GIT", "ODOO_VERSION", "ODOO_HOME", "DEBIAN_MIRROR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(paths, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(paths, "CHECKOUT", tmp_path / "odoo")
    monkeypatch.setattr(odoo.shutil, "which", lambda name: None)
    with pytest.raises(console.Failure, match="install git, or set ODOO_HOME"):
        odoo.check()
    monkeypatch.setenv("ODOO_VERSION", "../elsewhere")
    with pytest.raises(console.Failure, match="no version"):
        odoo.version_asked()


SOURCES = {
    "deb http://localhost/debian bookworm main": "http://localhost/debian/",
    "deb mirror+file:/etc/apt/mirrors/debian.list bookworm main": "mirror+file:/etc/apt/mirrors/debian.list/",
    "deb http://localhost/copy/of/it bookworm main": "http://localhost/copy/of/it/",
    "deb http://localhost/debian-security bookworm-security main\ndeb http://localhost/pub bookworm main": "http://localhost/pub/",
    "deb http://localhost/linux/debian bookworm stable\ndeb http://localhost/pub bookworm main": "http://localhost/pub/",
    "deb http://localhost/a/product bookworm main\ndeb http://localhost/debian bookworm main": "http://localhost/debian/",
    "deb http://localhost/linux/debian bookworm stable": None,
    "": None,
}


@pytest.mark.skipif(not shutil.which("apt-get"), reason="a machine without apt")
@pytest.mark.parametrize("sources", SOURCES)
def test_a_mirror_is_found_where_the_lists_are_empty(tmp_path, monkeypatch, sources):
    """In a container, say, whose lists were removed: real apt, and sources of many kinds."""
    monkeypatch.delenv("DEBIAN_MIRROR", raising=False)
    monkeypatch.setattr(
        debian.platform, "freedesktop_os_release", lambda: {"ID": "debian", "VERSION_CODENAME": "bookworm"}
    )
    (tmp_path / "lists" / "partial").mkdir(parents=True)
    (tmp_path / "sources.list").write_text(f"{sources}\n")
    (tmp_path / "apt.conf").write_text(
        f'Dir::State::lists "{tmp_path}/lists";\nDir::Etc::sourcelist "{tmp_path}/sources.list";\n'
        'Dir::Etc::sourceparts "/dev/null";\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))
    assert debian.mirror() == SOURCES[sources]
    monkeypatch.setenv("DEBIAN_MIRROR", "http://localhost/snapshot")
    assert debian.mirror() == "http://localhost/snapshot"


def test_a_mirror_is_an_archive_of_debians(monkeypatch):
    monkeypatch.delenv("DEBIAN_MIRROR", raising=False)
    monkeypatch.setattr(debian.shutil, "which", lambda name: name)
    targets = [
        ("Docker", "Docker CE", "stable", "bookworm", "http://localhost/linux/debian/"),
        ("Debian", "Debian-Security", "main", "bookworm-security", "http://localhost/security/"),
        ("Debian", "Debian", "main", "bookworm", "http://localhost/anything/"),
    ]
    monkeypatch.setattr(debian, "_targets", lambda *options: targets)
    assert debian.mirror() == "http://localhost/anything/"


def test_the_version_of_odoos_package_is_read(tmp_path):
    assert debian.unpacked_version(tmp_path) == ""
    (tmp_path / ".complete").write_text("fonts-x_1_all.deb\nodoo-19_19.0.0+dfsg-1_all.deb\nlibjs-y_2_all.deb\n")
    assert debian.unpacked_version(tmp_path) == "19.0.0+dfsg-1"


def test_the_digest_tells_what_a_database_has_loaded(tmp_path):
    (tmp_path / "views").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "views" / "a.xml").write_text("<odoo/>")
    before = database.addon_digest(tmp_path)
    (tmp_path / "tests" / "test_a.py").write_text("")
    assert database.addon_digest(tmp_path) == before
    (tmp_path / "views" / "a.xml").write_text("<odoo />")
    assert database.addon_digest(tmp_path) != before


MODEL = """
class Lead(models.Model):
    _inherit = "crm.lead"
    channel = fields.Char(help="{help}")

    @api.depends("{depends}")
    def _compute_channel(self):
        {body}

    def init(self):
        {init}
"""


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({"body": "self.channel = 2  # another method body"}, False),
        ({"help": "Another"}, True),
        ({"depends": "team_id"}, True),
        ({"init": "self.env.cr.execute('SELECT 2')"}, True),
    ],
)
def test_what_is_inside_a_method_needs_no_update(tmp_path, change, counts):
    model = tmp_path / "models" / "crm_lead.py"
    model.parent.mkdir()
    text = {"help": "One", "depends": "name", "body": "self.channel = 1", "init": "pass"}
    model.write_text(MODEL.format(**text))
    before = database.addon_digest(tmp_path)
    model.write_text(MODEL.format(**{**text, **change}))
    assert (database.addon_digest(tmp_path) != before) is counts


def test_what_the_browser_loads_needs_no_update_and_a_broken_file_does(tmp_path):
    script, model = tmp_path / "static" / "src" / "a.js", tmp_path / "models" / "a.py"
    for path in (script, model):
        path.parent.mkdir(parents=True)
        path.write_text("1")
    before = database.addon_digest(tmp_path)
    script.write_text("2")
    assert database.addon_digest(tmp_path) == before
    model.write_text("def broken(")
    assert database.addon_digest(tmp_path) != before


def test_bases_of_another_odoo_or_on_a_shared_server_have_names_of_their_own(tmp_path, monkeypatch):
    for variable in ("ODOO_GIT", "ODOO_VERSION"):
        monkeypatch.delenv(variable, raising=False)
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
    monkeypatch.setattr(odoo, "named_home", lambda: None)
    monkeypatch.setenv("ODOO_VERSION", "19.0.1")
    names.add(database.base_name(Fake(True)))
    assert len(names) == 5


def test_a_long_path_gets_a_short_folder_for_the_socket(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "_account", dict)
    monkeypatch.setattr(postgres, "SOCKETS", tmp_path)
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
    with pytest.raises(console.Failure, match=r"no address 192\.0\.2\.1 to listen at"):
        commands._check_port(port, "192.0.2.1")


def test_an_odoo_that_a_killed_make_left_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "STATE", tmp_path)
    with commands.socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with console.child(
            [sys.executable, "-c", "input()", "-c", tmp_path / f"x_{port}.conf"], stdin=subprocess.PIPE
        ) as left:
            with pytest.raises(console.Failure, match=f"an Odoo of this clone, process {left.pid}: stop it"):
                commands._check_port(port)


@pytest.mark.parametrize("name", ["", "x", "bjet_2", "My-Base"])
def test_names_of_databases(monkeypatch, name):
    monkeypatch.setattr(database, "RUN", name or "bjet")
    commands._check_name()


@pytest.mark.parametrize("name", ["postgres", "template1", 'a"b', "a/b", "../x", "a b", "б", "-x", "x" * 60, "a;b"])
def test_a_wrong_name_of_a_database_is_told(monkeypatch, name):
    monkeypatch.setattr(database, "RUN", name)
    with pytest.raises(console.Failure, match="BJET_DB is"):
        commands._check_name()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (lambda state: OSError(errno.EROFS, "", str(state / "x")), "read-only disk: set BJET_DEV_DIR"),
        (lambda state: PermissionError(errno.EACCES, "", str(state / "x")), "set BJET_DEV_DIR to a folder of yours"),
        (lambda state: PermissionError(errno.EACCES, "", "/elsewhere/x"), "made readable for this one"),
    ],
)
def test_the_disk_says_no(tmp_path, monkeypatch, capsys, error, words):
    monkeypatch.setattr(paths, "STATE", tmp_path)
    monkeypatch.setattr(sys, "argv", ["dev", "setup"])
    monkeypatch.setattr(commands.signal, "signal", lambda *arguments: None)
    monkeypatch.delenv("MAKELEVEL", raising=False)

    def refuse():
        raise error(tmp_path)

    monkeypatch.setattr(commands, "_check_space", refuse)
    assert commands.main() == 1
    assert words in capsys.readouterr().out


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
    """A server that has every database that was not dropped, and notes which were."""

    def __init__(self, embedded, comment=None):
        self.embedded, self.comment, self.labels, self.dropped = embedded, comment, {}, []

    def exists(self, name):
        return name not in self.dropped

    def label(self, name):
        return self.labels.get(name, self.comment)

    def set_label(self, name, text):
        self.labels[name] = text

    def drop(self, name):
        self.dropped.append(name)

    def create(self, name, **more):
        self.dropped.remove(name)

    def rename(self, old, new):
        self.labels[new] = self.labels.pop(old)

    def query(self, *arguments, **more):
        return []


Fake = namedtuple("Fake", "server")


@pytest.fixture
def state(tmp_path, monkeypatch):
    """A state folder with the files of a database."""
    monkeypatch.setattr(paths, "STATE", tmp_path)
    monkeypatch.setattr(paths, "FILESTORE", tmp_path)
    database.filestore("base").mkdir(parents=True)
    return tmp_path


def here():
    return sorted(path.name for path in database.filestore("").iterdir())


@pytest.mark.parametrize(
    "comment",
    [
        None,
        "a person's own words",
        # what versions before this one wrote
        "a" * 64,
        f"{database.OWNER} {'b' * 32}",
        f"{database.OWNER} {'b' * 32} {'a' * 64}",
    ],
)
def test_the_database_of_another_clone_is_left_alone(state, comment):
    """Not served, not updated, not replaced, not dropped, even where a folder of files has its name."""
    theirs = Fake(FakeServer(embedded=False, comment=comment))
    database.filestore("x").mkdir(parents=True)
    for touch in (
        lambda: database.clone(theirs, "base", "x"),
        database.whole(theirs, "base", "x").__enter__,
        lambda: database.move(theirs, "base", "x"),
        lambda: database.ensure_run(theirs, "x"),
        lambda: database.drop(theirs, "x"),
    ):
        with pytest.raises(console.Failure, match="belongs to another clone"):
            touch()
    assert not database.is_here(theirs, "x")
    assert theirs.server.dropped == []
    assert theirs.server.labels == {}


@pytest.mark.parametrize("comment", [None, "a" * 64])
def test_on_the_clones_own_server_a_database_that_says_nothing_is_ours(state, comment):
    ours = Fake(FakeServer(embedded=True, comment=comment))
    assert database.is_here(ours, "base")
    database.clone(ours, "base", "x")
    assert ours.server.labels == {"x": f"{database.OWNER} {paths.clone_id()}"}
    database.drop(ours, "x")
    assert here() == ["base"]


def test_a_clone_knows_its_databases_on_any_server(state):
    ours = Fake(FakeServer(embedded=False, comment=f"{database.OWNER} {paths.clone_id()} {database.addon_digest()}"))
    assert database.is_here(ours, "base")
    assert database.is_current(ours, "base")
    database.clone(ours, "base", "x")
    assert not database.is_current(ours, "x")
    assert here() == ["base", "x"]


def test_the_servers_that_were_used_are_remembered(state, monkeypatch):
    for variable in ("PGHOST", "PGPORT", "PGUSER"):
        monkeypatch.delenv(variable, raising=False)
    assert postgres.remembered() == []
    for server in (
        postgres.Server("db", "5433", "me"),
        postgres.Server(None, None, "me"),
        postgres.Server("db", "5433", "me"),
    ):
        postgres._remember(server)
    monkeypatch.setenv("PGHOST", "elsewhere")
    monkeypatch.setenv("PGUSER", "me")
    assert list(map(str, postgres.remembered())) == [
        "db, port 5433, role me",
        "the local socket, port 5432, role me",
        "elsewhere, port 5432, role me",
    ]


def test_cleaning_says_what_stays_on_a_server_that_does_not_answer(state, capsys):
    commands._drop_all(postgres.Server(str(state / "nowhere"), "5432", "me"))
    assert f"comment begins with '{database.OWNER} {paths.clone_id()}'" in capsys.readouterr().out


def test_a_database_gets_its_name_when_it_is_whole(state):
    fake = Fake(FakeServer(embedded=True))
    with pytest.raises(KeyError), database.whole(fake, "base", "x"):
        raise KeyError
    assert here() == ["base", "x_part"]
    with database.whole(fake, "base", "x") as part:
        (database.filestore(part) / "file").touch()
    assert here() == ["base", "x"]
    assert (database.filestore("x") / "file").exists()


def test_a_failure_shows_the_end_of_the_output():
    with pytest.raises(console.Failure, match=r"It broke\.\n +one\n +two"):
        console.run([sys.executable, "-c", "print('one'); print('two'); raise SystemExit(3)"], "It broke.")
    with pytest.raises(console.Failure, match=r"It broke\. \(no-such-program is not on this machine\.\)"):
        console.run(["no-such-program"], "It broke.")


LOG = (
    """\
2026-11-26 01:00:00,000 1 INFO bjet odoo.modules: loading
2026-11-26 01:00:01,000 1 ERROR bjet odoo.http: first
Traceback (most recent call last):
  File "a.py", line 1, in first
ValueError: the first
2026-11-26 01:00:02,000 1 ERROR bjet odoo.registry: Failed to load
Traceback (most recent call last):
  File "b.py", line 1, in cause
KeyError: 'x'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "c.py", line 1, in second
odoo.tools.convert.ParseError: while parsing views.xml:3
the field does not exist
2026-11-26 01:00:03,000 1 INFO bjet odoo.service: Initiating shutdown
"""
    + 9 * "2026-11-26 01:00:04,000 1 INFO bjet odoo.service: more of that\n"
)


def test_a_failure_shows_the_last_traceback():
    shown = console.tail(LOG)
    assert shown.splitlines()[0] == "    Traceback (most recent call last):"
    assert shown.endswith("while parsing views.xml:3\n    the field does not exist")
    assert "first" not in shown
    assert "shutdown" not in shown


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells of a parent's death on Linux alone")
def test_a_child_ends_with_its_killed_parent():
    script = (
        "import sys, time; from dev import console\n"
        "with console.child([sys.executable, '-c', 'import time; time.sleep(60)'], apart=True) as process:\n"
        "    print(process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=paths.ROOT) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 15
    while console.command_of(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not console.command_of(pid)


def answering(status):
    """A server on this machine that gives one answer."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def a_dead_proxy(monkeypatch):
    for variable in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")


def site_at(server, tmp_path):
    log = tmp_path / "odoo.log"
    log.write_text(LOG)
    process = namedtuple("Process", "poll")(lambda: None)
    return live.Site(f"http://127.0.0.1:{server.server_port}", process, log)


def test_no_proxy_is_asked_for_this_machine(a_dead_proxy, tmp_path):
    server = answering(200)
    live._wait(site_at(server, tmp_path))
    assert live.Session(f"http://127.0.0.1:{server.server_port}").http.get(f"http://127.0.0.1:{server.server_port}/").ok
    server.shutdown()


def test_a_server_that_answers_with_an_error_is_not_waited_for(tmp_path):
    server = answering(500)
    start = time.monotonic()
    with pytest.raises(console.Failure, match=r"(?s)the error 500.*while parsing views"):
        live._wait(site_at(server, tmp_path))
    assert time.monotonic() - start < 10
    server.shutdown()


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
    assert f"| 1 | {load.DRAG} |  | 250 / 250 ms, 4 requests a second |" in lines
    assert "| 1 | *errors* | 1 | 0 |" in lines


def test_a_full_disk_names_itself(monkeypatch):
    monkeypatch.setattr(console, "disk_is_full", lambda: True)
    assert "is full" in str(console.failure("pip broke off."))
