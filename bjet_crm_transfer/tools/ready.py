# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The ready-made set-ups that come with the addon, in the folder `setups`."""

import base64
import functools
from pathlib import Path

from markupsafe import Markup

from ..setup_file import read, write
from . import texts

FOLDER = Path(__file__).parent.parent / "setups"


@functools.cache
def load():
    """The set-ups by the names of their folders."""
    if not FOLDER.is_dir():
        return {}
    return {
        path.name: read.read_folder(path) for path in sorted(FOLDER.iterdir()) if (path / "__manifest__.py").exists()
    }


def content(name):
    """A set-up as the file that Apply takes."""
    setup = load()[name]
    return base64.b64encode(write.zip_module(write.write_module(setup), setup.name)).decode()


def selection(env):
    """The set-ups to choose from, by their titles."""
    titles = {
        "crm_setup_services": env._("Services to companies"),
        "crm_setup_online_shop": env._("Online shop"),
        "crm_setup_wholesale": env._("Wholesale and distribution"),
        "crm_setup_real_estate": env._("Real estate"),
        "crm_setup_software": env._("Software projects"),
    }
    return [(name, titles.get(name, setup.title)) for name, setup in load().items()]


def offers(env):
    """What the screen CRM Setup tells of each, see `bjet.crm.transfer.get_offers`."""
    titles = dict(selection(env))
    return [
        {
            "name": name,
            "title": titles[name],
            "stages": [
                {
                    "name": _called(env, record),
                    "probability": _probability(record),
                    "is_won": bool(record.values.get("is_won")),
                }
                for record in setup.of("stages")
            ],
        }
        for name, setup in load().items()
    ]


def picture(env, name):
    """What a company gets: the stages in order with their probabilities, and what else there is, as HTML."""
    setup = load()[name]
    stages = Markup("").join(
        Markup(
            '<div class="text-center border rounded p-2 me-2 mb-2 {css}" style="min-width: 7rem">'
            '<div class="fw-bold">{name}</div><div class="text-muted">{probability}%</div></div>'
        ).format(
            css="bg-success-subtle" if record.values.get("is_won") else "bg-body-tertiary",
            name=_called(env, record),
            probability=_probability(record),
        )
        for record in setup.of("stages")
    )
    others = Markup("").join(
        Markup("<p><b>{directory}:</b> {names}</p>").format(
            directory=texts.directory_name(env, directory),
            names=", ".join(
                _called(env, record) for record in setup.of(directory) if record.values.get("active", True)
            ),
        )
        for directory in ("channels", "activity_types", "tags", "lost_reasons")
        if setup.of(directory)
    )
    return Markup('<div class="d-flex flex-wrap mb-2">{stages}</div>{others}').format(stages=stages, others=others)


def _called(env, record):
    """The name that the set-up gives a record; of one that it does not name, the one that the record has here."""
    if record.name:
        return record.translations.get("name", {}).get(env.lang) or record.name
    present = env.ref(record.xmlid, raise_if_not_found=False)
    return present.name if present else ""


def _probability(record):
    return 100 if record.values.get("is_won") else round(record.values.get("probability", 0))
