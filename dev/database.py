"""Databases: a base with Odoo's own addons, kept, and the ones made from it with the addon.

Each has the folder of its files here, from before it is made until after it is dropped: a database without one was made
elsewhere.
"""

import contextlib
import hashlib
import os
import shutil

from . import odoo as odoo_home
from . import paths
from .console import Failure, step, wait

ADDON = "bjet_crm_setup"
DEPENDS = "sale_crm"
RUN = os.environ.get("BJET_DB") or "bjet"
TEST = f"{RUN}_test"
# what a database does not hold: changing these needs no update of it
NOT_LOADED = ("tests", "__pycache__")


def addon_digest(folder=paths.ADDON):
    """A fingerprint of the addon's files, to tell whether a database runs an older version of them."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not set(NOT_LOADED) & set(path.relative_to(folder).parts):
            digest.update(str(path.relative_to(folder)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def base_name(server, demo=False, modules=DEPENDS):
    """The name of a base database. Another Odoo, other modules, or a server shared with other clones have their own."""
    name = "bjet_base_demo" if demo else "bjet_base"
    home = odoo_home.named_home()
    key = [modules] if modules != DEPENDS else []
    key += [str(home)] if home else []
    key += [] if server.embedded else [str(paths.STATE)]
    return f"{name}_{hashlib.sha256(' '.join(key).encode()).hexdigest()[:8]}" if key else name


def ensure_base(odoo, demo=False, modules=DEPENDS, label=""):
    """A database with Odoo's addons and no addon of ours, in English and Ukrainian; return its name.

    It is built once under another name and renamed when whole, so that a broken run leaves nothing half-made.
    Ukrainian is added after the creation: a language given at creation becomes that of every user.
    """
    name = base_name(odoo.server, demo, modules) + label
    if is_here(odoo, name):
        return name
    with paths.lock("base", wait):
        if is_here(odoo, name):
            return name
        part = f"{name}_part"
        with step(f"Creating a database with Odoo's {modules}{' and demo data' if demo else ''}"):
            drop(odoo, name)
            _create(odoo, part)
            odoo.call(
                part, part, "-i", modules, "--with-demo" if demo else "--without-demo",
                failure="Odoo could not be installed.",
            )  # fmt: skip
            add_language(odoo, part)
            move(odoo, part, name)
    return name


def made():
    """The names of the databases that were made here."""
    return sorted(path.name for path in filestore("").glob("*"))


def is_here(odoo, database):
    return odoo.server.exists(database) and filestore(database).is_dir()


def _foreign(database):
    return Failure(
        f"The PostgreSQL server has a database {database} whose files are not here: it belongs to another clone."
        " Set BJET_DB to a name of your own, or drop that database."
    )


def _check_ours(odoo, database):
    """Leave the databases of other clones alone. The embedded server has none."""
    if not odoo.server.embedded and odoo.server.exists(database) and not filestore(database).is_dir():
        raise _foreign(database)


def add_language(odoo, database, code="uk_UA"):
    odoo.shell(
        f"{database}_language",
        database,
        f"env['base.language.install'].create({{'lang_ids': env['res.lang'].with_context(active_test=False)"
        f".search([('code', '=', '{code}')]).ids}}).lang_install()\nenv.cr.commit()\n",
    )


def clone(odoo, source, target, *, lasting=False):
    """Copy a database, its filestore included, over an older one of the same name."""
    _check_ours(odoo, target)
    _create(odoo, target, template=source, lasting=lasting)
    shutil.copytree(filestore(source), filestore(target), dirs_exist_ok=True)
    odoo.server.query(
        "UPDATE ir_config_parameter SET value = gen_random_uuid()::text WHERE key = 'database.uuid'", database=target
    )


def _create(odoo, database, **options):
    drop(odoo, database)
    filestore(database).mkdir(parents=True)
    odoo.server.create(database, **options)


@contextlib.contextmanager
def whole(odoo, source, target, *, lasting=False):
    """Copy a database under another name, yield that to be filled, and give it its own: a broken run leaves nothing
    half-made."""
    _check_ours(odoo, target)
    part = f"{target}_part"
    clone(odoo, source, part, lasting=lasting)
    yield part
    move(odoo, part, target)


def move(odoo, source, target):
    """Rename a database and its filestore, over an older one of the same name. Broken off, it leaves either with its files."""
    drop(odoo, target)
    shutil.copytree(filestore(source), filestore(target))
    odoo.server.rename(source, target)
    shutil.rmtree(filestore(source), ignore_errors=True)


def drop(odoo, database):
    odoo.server.drop(database)
    shutil.rmtree(filestore(database), ignore_errors=True)


def filestore(database):
    return paths.FILESTORE / "filestore" / database


def install(odoo, database, modules=ADDON, *, update=False, overwrite=False):
    """Install the addon, or update it as Odoo's own button does; return the path of Odoo's log.

    With `overwrite`, an update replaces translations too: what is being written shows, over what users wrote.
    """
    options = ("-u" if update else "-i", modules, *(["--i18n-overwrite"] if overwrite else []))
    with step(f"{'Updating' if update else 'Installing'} {modules} in the database {database}"):
        return odoo.call(database, database, *options, failure=f"{modules} could not be installed.")


def uninstall(odoo, database, modules=ADDON):
    """Uninstall the addon; return the path of Odoo's log."""
    with step(f"Uninstalling {modules} from the database {database}"):
        return odoo.cli(
            database, database, ["module", "uninstall"], modules, failure=f"{modules} could not be uninstalled."
        )


def ensure_run(odoo, name=RUN):
    """The database that `make run` serves: demo data, both languages, the addon as it is in the tree; return its name."""
    digest = addon_digest()
    with paths.lock(name, wait):
        if not odoo.server.exists(name):
            with whole(odoo, ensure_base(odoo, demo=True), name, lasting=True) as part:
                install(odoo, part)
        elif not filestore(name).is_dir():
            raise _foreign(name)
        elif odoo.server.label(name) != digest:
            install(odoo, name, update=True, overwrite=True)
        odoo.server.set_label(name, digest)
    return name
