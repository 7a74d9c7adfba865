# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The ready-made set-ups that come with the addon, in the folder `setups`."""

import base64
import functools

from markupsafe import Markup

from ..setup_file import write
from ..setup_file.ready_made import READY_MADE
from . import texts

BY_NAME = {ready.name: ready for ready in READY_MADE}


@functools.cache
def load(name):
    """One of the set-ups, not to be changed."""
    return BY_NAME[name].read()


def content(name):
    """A set-up as the file that Apply takes."""
    return base64.b64encode(write.zip_module(write.write_module(load(name)), name)).decode()


def selection(env):
    """The set-ups to choose from, by their titles."""
    return [(ready.name, env._(ready.title)) for ready in READY_MADE]


def titles(env):
    """The titles of the set-ups in the language of the user: `{English: theirs}`."""
    return {ready.title: env._(ready.title) for ready in READY_MADE}


def offers(env):
    """What the screen CRM Setup tells of each, see `bjet.crm.transfer.get_offers`."""
    return [
        {
            "name": ready.name,
            "title": env._(ready.title),
            "summary": env._(ready.summary),
            "stages": [
                {
                    "name": _called(env, record),
                    "probability": _probability(record),
                    "percent": _percent(env, record),
                    "is_won": bool(record.values.get("is_won")),
                }
                for record in load(ready.name).of("stages")
            ],
        }
        for ready in READY_MADE
    ]


def picture(env, name):
    """What a company gets: the stages in order with their probabilities, and what else there is, as HTML."""
    setup = load(name)
    stages = Markup("").join(
        Markup(
            '<div class="text-center border rounded p-2 me-2 mb-2 {css}" style="min-width: 7rem">'
            '<div class="fw-bold">{name}</div><div class="text-muted">{percent}</div></div>'
        ).format(
            css="bg-success-subtle" if record.values.get("is_won") else "bg-body-tertiary",
            name=_called(env, record),
            percent=_percent(env, record),
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


def _percent(env, record):
    """The probability as the language writes it."""
    return env._("%(figure)s%%", figure=_probability(record))
