"""Databases: a base with Odoo's own addons, kept, and the ones made from it with the addon."""

import hashlib
import shutil

from . import paths
from .console import step

ADDON = "bjet_crm_setup"
DEPENDS = "sale_crm"


def addon_digest():
    """A fingerprint of the addon's files, to tell whether a database runs an older version of them."""
    digest = hashlib.sha256()
    for path in sorted(paths.ADDON.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(paths.ADDON)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def ensure_base(odoo, demo=False, modules=DEPENDS, name=None):
    """A database with Odoo's addons and no addon of ours, in English and Ukrainian; return its name.

    It is built once under another name and renamed when whole, so that a broken run leaves nothing half-made.
    Ukrainian is added after the creation: a language given at creation becomes that of every user.
    """
    name = name or ("bjet_base_demo" if demo else "bjet_base")
    if modules != DEPENDS:
        name += "_" + hashlib.sha256(modules.encode()).hexdigest()[:8]
    if odoo.server.exists(name):
        return name
    part = f"{name}_part"
    with step(f"Creating a database with Odoo's {modules}{' and demo data' if demo else ''}"):
        drop(odoo, part)
        odoo.server.create(part)
        odoo.call(
            part, part, "-i", modules, "--with-demo" if demo else "--without-demo", failure="Odoo could not be installed."
        )
        add_language(odoo, part)
        odoo.server.rename(part, name)
        _move_filestore(part, name, shutil.move)
    return name


def add_language(odoo, database, code="uk_UA"):
    odoo.shell(
        f"{database}_language",
        database,
        f"env['base.language.install'].create({{'lang_ids': env['res.lang'].with_context(active_test=False)"
        f".search([('code', '=', '{code}')]).ids}}).lang_install()\nenv.cr.commit()\n",
    )


def clone(odoo, source, target):
    """Copy a database, its filestore included, over an older one of the same name."""
    drop(odoo, target)
    odoo.server.create(target, template=source)
    _move_filestore(source, target, shutil.copytree)
    odoo.server.query(
        "UPDATE ir_config_parameter SET value = gen_random_uuid()::text WHERE key = 'database.uuid'", database=target
    )


def drop(odoo, database):
    odoo.server.drop(database)
    shutil.rmtree(filestore(database), ignore_errors=True)


def filestore(database):
    return paths.FILESTORE / "filestore" / database


def _move_filestore(source, target, how):
    shutil.rmtree(filestore(target), ignore_errors=True)
    if filestore(source).exists():
        how(filestore(source), filestore(target))


def install(odoo, database, *, update=False):
    verb = "Updating" if update else "Installing"
    with step(f"{verb} {ADDON} in the database {database}"):
        odoo.call(
            database, database, "-u" if update else "-i", ADDON, failure=f"{ADDON} could not be installed."
        )
