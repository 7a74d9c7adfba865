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
    return env[state.MODELS[directory]].fields_get([name], ["string"])[name]["string"]


def mistake(env, error):
    """The sentence of a `SetupFileError`, with its place in the file."""
    sentence = env._(error.template, **error.params)
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


def names(env, *setups):
    """What the records of some set-ups are called in the language of the environment: `{external id: name}`. What the
    last one says counts."""
    found = {}
    for setup in setups:
        for xmlid, record in setup.records.items():
            if record.name:
                found[xmlid] = record.translations.get("name", {}).get(env.lang) or record.name
    return found


def table(env, changes, called):
    """The lines of an entry of the history (`bjet.crm.transfer.history.changes`) as a table in HTML.

    :param called: what the records are called: `{external id: name}`
    """
    words = Words(env, called)
    rows = []
    for change in changes:
        directory, kind = change["directory"], change["kind"]
        row = {"directory": directory, "record": called.get(change["xmlid"], change["name"]), "kind": kind}
        if kind in (compare.ADD, compare.REMOVE):
            rows.append(row)
            continue
        if kind == compare.CONFLICT:
            row["kind"] = compare.KEEP  # what the file would have had is not what became of it
        for name, lang, before, after in change["fields"]:
            rows.append(
                {
                    **row,
                    "field_label": field_label(env, directory, name),
                    "language": words.language(lang),
                    "before": words.value(directory, name, before),
                    "after": words.value(directory, name, before if row["kind"] == compare.KEEP else after),
                }
            )
    return rows_table(env, rows, env._("Before"), env._("After"))


# how a row looks, by what happens
LOOKS = {
    compare.ADD: "text-success",
    compare.REMOVE: "text-danger",
    compare.CONFLICT: "text-warning-emphasis",
    compare.KEEP: "text-muted",
}

# of its columns, in percent
WIDTHS = (20, 14, 20, 18, 28)


def rows_table(env, rows, before, after):
    """Rows as a table in HTML, with a heading for each directory; False without rows.

    :param rows: dicts with `directory`, `record`, `kind`, and, as far as there are any, `field_label`, `language`,
        `before`, `after`
    :param before: the head of the column of the values before
    :param after: the head of the column of the values after
    """
    if not rows:
        return False
    heads = [env._("Name"), env._("What Happens"), env._("Field"), before, after]
    lines, directory = [], None
    for row in rows:
        if row["directory"] != directory:
            directory = row["directory"]
            lines.append(
                Markup('<tr><th colspan="5" class="pt-3 text-primary">{}</th></tr>').format(
                    directory_name(env, directory)
                )
            )
        label = row.get("field_label") or ""
        if row.get("language"):
            label = f"{label} ({row['language']})"
        cells = [row["record"], kind_name(env, row["kind"]), label, row.get("before") or "", row.get("after") or ""]
        lines.append(
            Markup('<tr class="{}">{}</tr>').format(
                LOOKS.get(row["kind"], ""),
                Markup("").join(
                    Markup('<td class="text-break {}">{}</td>').format(LOOKS.get(row["kind"], ""), cell)
                    for cell in cells
                ),
            )
        )
    head = Markup("").join(
        Markup('<th style="width: {}%">{}</th>').format(width, text) for width, text in zip(WIDTHS, heads, strict=True)
    )
    # as wide as its words need: a telephone scrolls it
    return Markup(
        '<div class="table-responsive"><table class="table table-sm o_bjet_crm_transfer_table"'
        ' style="min-width: 45rem; table-layout: fixed"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(head, Markup("").join(lines))
