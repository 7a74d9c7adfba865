# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a set-up, its changes and its mistakes are called, for people."""

from ..setup_file import compare, state


def directory_name(env, directory):
    """The name of a directory, as the menus have it."""
    return {
        "channels": env._("Sales Channels"),
        "stages": env._("Pipeline Stages"),
        "activity_types": env._("Activity Types"),
        "tags": env._("Lead Tags"),
        "lost_reasons": env._("Lost Reasons"),
    }[directory]


def kind_name(env, kind):
    """What is done with a record of a preview."""
    return {
        compare.ADD: env._("Added"),
        compare.CHANGE: env._("Changed"),
        compare.MOVE: env._("Moved"),
        compare.REMOVE: env._("Removed"),
        compare.CONFLICT: env._("Changed on both sides"),
        compare.KEEP: env._("Kept as it is here"),
    }[kind]


def field_label(env, directory, name):
    """The label of a field, as its form has it."""
    if name == compare.WHOLE:
        return env._("The record itself")
    if name == "sequence":
        return env._("Place")
    return env[state.MODELS[directory]]._fields[name].get_description(env, ["string"])["string"]


def mistake(env, error):
    """The sentence of a `SetupFileError`, with its place in the file."""
    sentence = env._(error.template, **error.params)  # pylint: disable=gettext-variable
    return f"{error.place}: {sentence}" if error.place else sentence
