# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a set-up, its changes and its mistakes are called, for people."""

from markupsafe import Markup

from odoo.tools import html2plaintext

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


class Words:
    """Values of a preview in words, in the language of the environment.

    :param env: the caller's environment
    :param names: what records are called: `{external id: name}`
    """

    def __init__(self, env, names):
        self.env, self.names = env, names
        self.languages = dict(env["res.lang"].get_installed())

    def language(self, lang):
        """The name of a difference's language; empty where the field has none."""
        return self.languages.get(lang, lang) if lang else ""

    def value(self, directory, name, value):
        """A value of a difference, as a person would read it on the form."""
        if name == compare.WHOLE:
            return self.env._("there") if value else self.env._("gone")
        if name == "sequence":
            return self.env._("after “%s”", self.names.get(value, value)) if value else self.env._("first")
        field = state.FIELDS[directory][name]
        if field.kind == "company":
            return self.env.company.name if value else self.env._("all companies")
        if field.kind == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if field.is_list:
            return self._list(field, value or [])
        if value is None or value is False or value == "":
            return self.env._("empty")
        return self._filled(directory, name, field.kind, value)

    def _list(self, field, values):
        if not values and field.empty_is_all:
            return self.env._("all")
        return ", ".join(self.names.get(value, value) for value in values) or self.env._("none")

    def _filled(self, directory, name, kind, value):
        if kind == "many2one":
            return self.names.get(value, value)
        if kind == "selection":
            selection = self.env[state.MODELS[directory]]._fields[name]._description_selection(self.env)
            return dict(selection).get(value, value)
        if kind == "html":
            return ", ".join(value.values()) if isinstance(value, dict) else html2plaintext(value)
        return f"{value:g}" if kind == "float" else str(value)


def table(env, changes):
    """The lines of an entry of the history (`bjet.crm.transfer.history.changes`) as a table in HTML."""
    words = Words(env, {change["xmlid"]: change["name"] for change in changes})
    rows = []
    for change in changes:
        whole = change["kind"] in (compare.ADD, compare.REMOVE)
        for name, lang, before, after in [["", False, None, None]] if whole else change["fields"]:
            cells = [
                directory_name(env, change["directory"]),
                change["name"],
                kind_name(env, change["kind"]),
                "" if whole else field_label(env, change["directory"], name),
                words.language(lang),
                "" if whole else words.value(change["directory"], name, before),
                "" if whole else words.value(change["directory"], name, after),
            ]
            rows.append(
                Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(cell) for cell in cells))
            )
    if not rows:
        return False
    heads = [
        env._("Directory"),
        env._("Name"),
        env._("What Happened"),
        env._("Field"),
        env._("Language"),
        env._("Before"),
        env._("After"),
    ]
    head = Markup("").join(Markup("<th>{}</th>").format(text) for text in heads)
    return Markup('<table class="table table-sm"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(
        head, Markup("").join(rows)
    )
