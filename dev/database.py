"""Databases: a base with Odoo's own addons, kept, and the ones made from it with the addon.

Each says in its comment which clone made it, and which state of the addons it has. On the server of this clone alone,
one without that is ours too: versions before this one did not write it.
"""

import ast
import contextlib
import hashlib
import os
import shutil

from . import odoo as odoo_home
from . import paths
from .console import Failure, step, wait

ADDON = paths.ADDON.name
MODULES = ",".join(addon.name for addon in paths.ADDONS)
DEPENDS = "sale_crm"
RUN = os.environ.get("BJET_DB") or "bjet"
TEST = f"{RUN}_test"
OWNER = "bjet-clone"
# what a database does not hold: changing these needs no update of it
NOT_LOADED = {"tests", "static", "__pycache__"}
# the methods whose bodies an update runs
RUN_BY_UPDATE = {"init", "_auto_init"}


def addon_digest(*folders):
    """A fingerprint of what a database holds of the addons, to tell whether it has to be updated.

    What is inside a method of a model is not in it: a server that starts runs it as it is.
    """
    digest = hashlib.sha256()
    for folder in folders or paths.ADDONS:
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(folder)
            if path.is_file() and not NOT_LOADED & set(place.parts):
                content = path.read_bytes()
                if place.parts[0] == "models" and path.suffix == ".py":
                    content = _declarations(content)
                digest.update(f"{place}\0".encode() + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _declarations(source):
    """Python code without the bodies of its functions; all of it while it is broken."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name not in RUN_BY_UPDATE:
            node.body = []
    return ast.dump(tree).encode()


def base_name(server, demo=False, modules=DEPENDS):
    """The name of a base database. Another Odoo, other modules, or a server shared with other clones have their own."""
    name = "bjet_base_demo" if demo else "bjet_base"
    home = odoo_home.named_home()
    key = [modules] if modules != DEPENDS else []
    key += [str(home)] if home else [os.environ[name] for name in ("ODOO_GIT", "ODOO_VERSION") if os.environ.get(name)]
    key += [] if server.embedded else [str(paths.STATE)]
    return f"{name}_{hashlib.sha256(' '.join(key).encode()).hexdigest()[:8]}" if key else name


def ensure_base(odoo, demo=False, modules=DEPENDS, label=""):
    """A database with Odoo's addons and no addon of ours, in English and Ukrainian; return its name.

    It is built once, and kept. Ukrainian is added after the creation: a language given at creation becomes that of every
    user.
    """
    name = base_name(odoo.server, demo, modules) + label
    with paths.lock(f"{name}_part", wait):
        if not is_here(odoo, name):
            with (
                step(f"Creating a database with Odoo's {modules}{' and demo data' if demo else ''}"),
                whole(odoo, None, name) as part,
            ):
                options = ("-i", modules, "--with-demo" if demo else "--without-demo")
                odoo.call(part, part, *options, failure="Odoo could not be installed.")
                add_language(odoo, part)
    return name


def made(server):
    """The names of the databases that this clone made on a server."""
    rows = server.query(
        "SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') LIKE %s ORDER BY 1",
        [f"{OWNER} {paths.clone_id()}%"],
    )
    return [name for (name,) in rows]


def is_ours(server, database):
    """Whether this clone made a database that is there."""
    owner, _digest = _said_of(server, database)
    return owner == paths.clone_id() or (not owner and server.embedded)


def is_here(odoo, database):
    return odoo.server.exists(database) and is_ours(odoo.server, database) and filestore(database).is_dir()


def is_current(odoo, database):
    """Whether a database has the addons as they are in the tree."""
    return _said_of(odoo.server, database)[1] == addon_digest()


def _said_of(server, database):
    """(the clone that made a database, the state of the addons in it), as its comment says; None for what it does not."""
    words = (server.label(database) or "").split()
    owner = words[1] if words[:1] == [OWNER] else None
    return owner, next(iter(words[2 if owner else 0 :]), None)


def _note(server, database, digest=""):
    server.set_label(database, f"{OWNER} {paths.clone_id()} {digest}".strip())


def _check_ours(odoo, database):
    """Leave the databases of other clones alone."""
    if odoo.server.exists(database) and not is_ours(odoo.server, database):
        raise Failure(
            f"The database {database} on {odoo.server} belongs to another clone, or to nobody that its comment names."
            " Set BJET_DB to a name of your own, or drop that database. If it is this clone's, from before its comment said"
            f" so: COMMENT ON DATABASE \"{database}\" IS '{OWNER} {paths.clone_id()}'"
        )


def add_language(odoo, database, code="uk_UA"):
    """Install a language as Odoo's wizard does."""
    script = "from odoo.tools.translate import load_language\nload_language(env.cr, {!r})\nenv.cr.commit()\n"
    odoo.shell(f"{database}_language", database, script.format(code))


def clone(odoo, source, target, *, lasting=False):
    """Copy a database, its filestore included, over an older one of the same name."""
    create(odoo, target, template=source, lasting=lasting)
    shutil.copytree(filestore(source), filestore(target), dirs_exist_ok=True)
    odoo.server.query(
        "UPDATE ir_config_parameter SET value = gen_random_uuid()::text WHERE key = 'database.uuid'", database=target
    )


def create(odoo, database, **options):
    """An empty database, or a copy of its `template`, over an older one of the same name."""
    drop(odoo, database)
    filestore(database).mkdir(parents=True)
    odoo.server.create(database, **options)
    _note(odoo.server, database)


@contextlib.contextmanager
def whole(odoo, source, target, *, lasting=False):
    """Make a database, empty or a copy, under another name, yield that to be filled, and give it its own: a broken run
    leaves nothing half-made."""
    _check_ours(odoo, target)
    part = f"{target}_part"
    if source:
        clone(odoo, source, part, lasting=lasting)
    else:
        create(odoo, part)
    yield part
    move(odoo, part, target)


def move(odoo, source, target):
    """Rename a database and its filestore, over an older one of the same name. Broken off, it leaves either with its files."""
    drop(odoo, target)
    shutil.copytree(filestore(source), filestore(target))
    odoo.server.rename(source, target)
    shutil.rmtree(filestore(source), ignore_errors=True)


def drop(odoo, database):
    _check_ours(odoo, database)
    odoo.server.drop(database)
    shutil.rmtree(filestore(database), ignore_errors=True)


def filestore(database):
    return paths.FILESTORE / "filestore" / database


def install(odoo, database, modules=MODULES, *, update=False, overwrite=False):
    """Install the addons, or update them as Odoo's own button does; return the path of Odoo's log.

    With `overwrite`, an update replaces translations too: what is being written shows, over what users wrote.
    """
    digest = addon_digest()
    # an addon that joined the tree after the database was made is installed by its update
    options = ("-i", modules, *(["-u", modules] if update else []), *(["--i18n-overwrite"] if overwrite else []))
    failure = f"{modules} could not be {'updated' if update else 'installed'}."
    with step(f"{'Updating' if update else 'Installing'} {modules} in the database {database}"):
        log = odoo.call(database, database, *options, failure=failure)
    if modules == MODULES:
        _note(odoo.server, database, digest)
    return log


def uninstall(odoo, database, modules=ADDON):
    """Uninstall the addon, and what depends on it; return the path of Odoo's log."""
    with step(f"Uninstalling {modules} from the database {database}"):
        failure = f"{modules} could not be uninstalled."
        return odoo.cli(database, database, ["module", "uninstall"], modules, failure=failure)


def ensure(odoo, name, *, anew=False, update=False, demo=False, lasting=False):
    """A database with the addons as they are in the tree: made, or updated where it has them as they were."""
    _check_ours(odoo, name)
    if anew or not odoo.server.exists(name):
        with whole(odoo, ensure_base(odoo, demo), name, lasting=lasting) as part:
            install(odoo, part)
    elif update or not is_current(odoo, name):
        install(odoo, name, update=True, overwrite=True)


def ensure_run(odoo, name=RUN):
    """The database that `make run` serves: demo data, both languages; return its name."""
    with paths.lock(name, wait):
        ensure(odoo, name, demo=True, lasting=True)
    return name
