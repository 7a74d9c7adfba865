"""Applying a set-up of a thousand records, and comparing it, against Odoo's own installation of the same module."""

import base64
import io
import tempfile
from pathlib import Path

from .rows import Row, Side, register

# Odoo is imported where it runs: the process that asks for the rows has none

NAME = "bench_crm"
RECORDS = {"channels": 100, "stages": 100, "activity_types": 100, "tags": 500, "lost_reasons": 200}
FIRST_IDS = {"channels": "team", "stages": "stage", "activity_types": "type", "tags": "tag", "lost_reasons": "reason"}


# Odoo is imported where it runs: the rows are listed by a process that has none
def _setup():
    from odoo.addons.bjet_crm_transfer.setup_file import state, write

    setup = state.Setup(id=NAME, name=NAME, title="A thousand records", languages=["uk_UA"])
    for directory, count in RECORDS.items():
        for number in range(count):
            xmlid = f"{NAME}.{FIRST_IDS[directory]}_{number}"
            values = {"name": f"{directory} {number}"}
            if directory == "stages":
                values.update(probability=float(number % 90), on_change=True, team_ids=[f"{NAME}.team_{number}"])
            elif directory == "activity_types":
                values.update(delay_count=number % 7, suggested_next_type_ids=[f"{NAME}.type_{(number + 1) % count}"])
            elif directory == "channels":
                values.update(company_id=False, invoiced_target=1000.0)
            translations = {"name": {"uk_UA": f"Запис {number} довідника {directory}"}}
            setup.records[xmlid] = state.Record(directory, xmlid, values, translations)
            if directory in state.ORDERED:
                setup.order.setdefault(directory, []).append(xmlid)
    return write.write_module(setup.normalise())


def _content(env):
    """The file, for a person's call; the server knows the users' rights and its languages already."""
    from odoo.addons.bjet_crm_transfer.setup_file import write

    content = base64.b64encode(write.zip_module(_setup(), NAME)).decode()
    env["bjet.crm.transfer"]._preview(content)
    return content


def _apply(env, content):
    env["bjet.crm.transfer"].apply_setup(content)


def _compare(env, content):
    from odoo.addons.bjet_crm_transfer.setup_file import read

    env["bjet.crm.transfer"]._prepare(read.read_zip(base64.b64decode(content)))


def _folder(env):
    from odoo.addons.bjet_crm_transfer.setup_file import state

    files = _setup()
    folder = Path(tempfile.mkdtemp(prefix=NAME))
    paths = []
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        if name.startswith("data/"):
            paths.append(path)
    order = [f"{model.replace('.', '_')}_data.xml" for model in state.MODELS.values()]
    paths.sort(key=lambda path: order.index(path.name) if path.name in order else len(order))
    return paths, files["i18n/uk_UA.po"]


def _install(env, prepared):
    """What Odoo's loading of the module does: its data files, and its translations."""
    from odoo.tools.convert import convert_xml_import
    from odoo.tools.translate import TranslationImporter

    paths, catalogue = prepared
    for path in paths:
        with path.open("rb") as data:
            convert_xml_import(env(user=1), NAME, data, {}, "init")
    importer = TranslationImporter(env.cr, verbose=False)
    with io.BytesIO(catalogue) as opened:
        opened.name = "uk_UA.po"
        importer.load(opened, "po", "uk_UA", module=NAME)
    importer.save()


register(
    Row(
        key="transfer_apply",
        what="apply a set-up of 1,000 records, with its preview's comparison",
        against="Odoo's own loading of the same module",
        ours=Side(prepare=_content, run=_apply),
        theirs=Side(prepare=_folder, run=_install),
        bar=4,
        repetitions=3,
    )
)

register(
    Row(
        key="transfer_compare",
        what="compare a set-up of 1,000 records with the directories",
        against="Odoo's own loading of the same module",
        ours=Side(prepare=_content, run=_compare),
        theirs=Side(prepare=_folder, run=_install),
        bar=0.05,
        at_most=True,
        repetitions=3,
    )
)
