# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's own records that this addon renames, moves or relabels, and how the uninstallation gives them back.

The guide calls some of Odoo's menus, actions and fields by other names. The addon reuses those records rather than
making a second entry beside them, so their old values must come back, to the letter, when it goes. How:

1. `BORROWED` lists the records by external id, with the columns that the addon changes. Whoever changes another
   record of Odoo adds it there, and changes it in an ordinary data file or (a field's label) in the Python field.
   `DEFAULT_NAMES` lists records of the company that get a better name once, at installation.
2. Before anything is changed, `keep` copies the raw values, translations included, into the database. It runs before
   the installation (`pre_init_hook`), and, for what Odoo itself rewrote since (an update of `crm` writes Odoo's own
   names again) and for what a newer version of the addon adds to the list, at the head of each update
   (`data/borrowed_records.xml`).
3. `apply` runs after the data and translations of the addon were loaded, and whenever a language is added or loaded
   again (`ir.module.module._update_translations`). Odoo never lets a translation replace an existing one: this does it for
   the records in `BORROWED`, out of the addon's own po file. Their entries there are written by hand, since Odoo
   exports a module's own records only: `#: model:ir.ui.menu,name:crm.menu_crm_lead_categ`, and they stand in the
   template (`.pot`) too: Odoo drops from a po file what the template beside it lacks. The label of a field is found
   under the addon's own external id, as exported. It also notes what the addon's values are.
4. `give_back` (`uninstall_hook`) puts back, language by language, whatever is still the addon's; what a user has
   changed since is the user's, and stays. A language added after the installation gets Odoo's own translation.
"""

import json
from collections import defaultdict

from psycopg2.extras import Json

from odoo.fields import Command
from odoo.tools import SQL
from odoo.tools.translate import TranslationImporter, get_po_paths

ADDON = "bjet_crm_setup"
STORE = "bjet_crm_setup.borrowed_records"

BORROWED = {
    # menus
    "crm.menu_crm_opportunities": ("name",),
    "crm.crm_menu_leads": ("name",),
    "crm.crm_menu_report": ("name",),
    "crm.crm_opportunity_report_menu": ("name",),
    "crm.crm_opportunity_report_menu_lead": ("name",),
    "crm.crm_menu_config": ("name",),
    "crm.crm_team_config": ("name",),
    "crm.crm_team_menu_config_activity_types": ("name", "parent_id", "sequence", "action"),
    "crm.mail_activity_plan_menu_config_lead": ("parent_id", "sequence"),
    "crm.menu_crm_lead_categ": ("name", "parent_id", "sequence", "action"),
    "crm.menu_crm_lost_reason": ("name", "parent_id", "sequence"),
    # titles of the screens behind them
    "crm.crm_lead_action_pipeline": ("name",),
    "crm.crm_lead_all_leads": ("name",),
    "sales_team.crm_team_action_config": ("name",),
    # labels of fields
    "mail.field_mail_activity_type__category": ("field_description",),
    "mail.field_mail_activity_type__summary": ("field_description",),
    "mail.field_mail_activity_type__delay_count": ("field_description",),
    "mail.field_mail_activity_type__suggested_next_type_ids": ("field_description",),
    "mail.selection__mail_activity_type__category__default": ("name",),
    "sales_team.field_crm_tag__name": ("field_description",),
    "crm.field_crm_lost_reason__name": ("field_description",),
    "crm.field_crm_stage__fold": ("field_description",),
    "crm.field_crm_stage__team_ids": ("field_description",),
    "sales_team.field_crm_team__name": ("field_description",),
    "sales_team.field_crm_team__user_id": ("field_description",),
    "sales_team.field_crm_team__member_ids": ("field_description",),
    "crm.field_crm_team__use_leads": ("field_description",),
    "crm.field_crm_team__use_opportunities": ("field_description",),
    "sale.field_crm_team__invoiced_target": ("field_description",),
    "crm.field_crm_lead__team_id": ("field_description",),
    "sale.field_sale_order__team_id": ("field_description",),
    "sale.field_account_move__team_id": ("field_description",),
    "sale.field_account_bank_statement_line__team_id": ("field_description",),  # follows the label on the entry
    # the same fields of the OCA's addon, where it was installed first
    "crm_stage_probability.field_crm_stage__probability": ("field_description", "help"),
    "crm_stage_probability.field_crm_stage__on_change": ("field_description", "help"),
}

# Records of the company: {external id: (name that Odoo ships, name that the addon gives)}. Each language is changed
# only where the name is still Odoo's, and only once; the translations are in the po file.
DEFAULT_NAMES = {
    "mail.mail_activity_data_email": ("Email", "Email"),
    "mail.mail_activity_data_call": ("Call", "Call"),
    "mail.mail_activity_data_meeting": ("Meeting", "Meeting"),
    "mail.mail_activity_data_todo": ("To-Do", "To Do"),
    "crm.lost_reason_1": ("Too expensive", "Too expensive"),
    "crm.lost_reason_2": ("We don't have people/skills", "We don't have people/skills"),
    "crm.lost_reason_3": ("Not enough stock", "Not enough stock"),
}

# Records of the addon that the company's documents may use: {model: (model of the documents, its field)}. Those in use
# outlive the addon, and are its own again after a new installation.
USED_BY = {
    "crm.lost.reason": ("crm.lead", "lost_reason_id"),
    "crm.stage": ("crm.lead", "stage_id"),
}
OUTLIVING = f"__{ADDON}__"
OUTLIVED = f"{ADDON}.outlived_records"
# what users may have changed of those
USER_COLUMNS = {"crm.lost.reason": ["name", "active"], "crm.stage": []}


def pre_init_hook(env):
    keep(env)
    _take_back(env)


def post_init_hook(env):
    _leave_as_they_were(env)
    _name_defaults(env)
    _note(env, dict.fromkeys(DEFAULT_NAMES, ("name",)))


def uninstall_hook(env):
    env["crm.lead"]._forget_archived()
    give_back(env)
    _let_outlive(env)


def keep(env):
    """Copy what is not the addon's own value of each borrowed column; called before the addon changes any."""
    kept, ours = _load(env)
    for xmlid, columns in _columns().items():
        for column, value in _read(env, xmlid, columns).items():
            if column not in kept[xmlid]:
                kept[xmlid][column] = value
            elif column not in ours[xmlid]:
                continue  # kept before the installation, which is under way and may have changed it already
            elif isinstance(value, dict):
                own = ours[xmlid][column]
                kept[xmlid][column].update({lang: term for lang, term in value.items() if term != own.get(lang)})
            elif value != ours[xmlid][column]:
                kept[xmlid][column] = value
    _save(env, kept, ours)


def apply(env, langs=None):
    """Give the borrowed records the addon's translations, and note the addon's values of all that it borrows.

    :param langs: codes of languages that were added; without, the addon was installed or updated
    """
    _load_translations(env, ADDON, {**BORROWED, **_own_xmlids(BORROWED)}, langs, force=True)
    _note(env, BORROWED if langs is None else _columns(), langs)


def give_back(env):
    """Put back the kept value of each column that still holds the addon's, and forget what was kept."""
    kept, ours = _load(env)
    owners = defaultdict(dict)
    for xmlid, columns in _columns().items():
        for column, value in _read(env, xmlid, columns).items():
            if column not in kept[xmlid] or column not in ours[xmlid]:
                continue
            before, own = kept[xmlid][column], ours[xmlid][column]
            if isinstance(value, dict):
                value = {lang: term for lang, term in value.items() if term != own.get(lang)}
                _write_translations(env, xmlid, column, {**before, **value})
                owners[xmlid.split(".")[0]].setdefault(xmlid, []).append(column)
            elif value == own:
                _write(env, xmlid, column, before)
    for owner, columns in owners.items():
        _load_translations(env, owner, columns)
    env["ir.config_parameter"].search([("key", "=", STORE)]).unlink()
    env.registry.clear_cache("default", "stable")


def _note(env, columns, langs=None):
    """Note the present values of the columns as the addon's, of the given languages only if any are given."""
    kept, ours = _load(env)
    for xmlid, names in columns.items():
        for column, value in _read(env, xmlid, names).items():
            if langs is None:
                ours[xmlid][column] = value
            elif isinstance(value, dict) and column in ours[xmlid]:
                own = ours[xmlid][column]
                own.update({k: value[k] for k in langs if k in value and (k not in own or xmlid in BORROWED)})
    _save(env, kept, ours)


def _let_outlive(env):
    """Take the addon's records in use off the list of what goes with it: the database would refuse their deletion."""
    own = env["ir.model.data"].search([("module", "=", ADDON)]).grouped("model")
    for model, (user_model, field) in USED_BY.items():
        records = own.get(model, env["ir.model.data"])
        documents = (
            env[user_model]
            .with_context(active_test=False)
            .search_fetch(
                [
                    (field, "in", records.mapped("res_id")),
                    ("id", "not in", own.get(user_model, env["ir.model.data"]).mapped("res_id")),
                ],
                [field],
            )
        )
        used = documents[field].ids
        records.filtered(lambda data: data.res_id in used).module = OUTLIVING


def _take_back(env):
    """The records that outlived the addon are its own again; what they are by now is the user's."""
    outlived = env["ir.model.data"].search([("module", "=", OUTLIVING)])
    values = {f"{ADDON}.{data.name}": _read(env, data.complete_name, USER_COLUMNS[data.model]) for data in outlived}
    outlived.module = ADDON
    env["ir.config_parameter"].set_param(OUTLIVED, json.dumps(values))


def _leave_as_they_were(env):
    """The data files have just given the records that outlived the addon their first values again."""
    outlived = env["ir.config_parameter"].search([("key", "=", OUTLIVED)])
    for xmlid, values in json.loads(outlived.value or "{}").items():
        for column, value in values.items():
            if isinstance(value, dict):
                _write_translations(env, xmlid, column, value)
            else:
                _write(env, xmlid, column, value)
    outlived.unlink()


def _columns():
    return {**BORROWED, **dict.fromkeys(DEFAULT_NAMES, ("name",))}


def _own_xmlids(columns):
    """The same columns under the external ids that the addon would have for the same records (labels of fields)."""
    return {f"{ADDON}.{xmlid.split('.')[1]}": names for xmlid, names in columns.items()}


def _name_defaults(env):
    for xmlid, (shipped, wanted) in DEFAULT_NAMES.items():
        names = _read(env, xmlid, ["name"]).get("name")
        if not names or names["en_US"] != shipped:
            continue
        for lang in names:
            if lang == "en_US":
                names[lang] = wanted
            elif names[lang] in (shipped, _translation(env, xmlid.split(".")[0], lang, xmlid)):
                names[lang] = _translation(env, ADDON, lang, xmlid) or names[lang]
        _write_translations(env, xmlid, "name", names)


def _load(env):
    text = env["ir.config_parameter"].sudo().get_param(STORE) or "{}"
    store = json.loads(text)
    return defaultdict(dict, store.get("kept", {})), defaultdict(dict, store.get("ours", {}))


def _save(env, kept, ours):
    env["ir.config_parameter"].sudo().set_param(STORE, json.dumps({"kept": kept, "ours": ours}, sort_keys=True))


def _read(env, xmlid, columns):
    """The columns of a record as JSON can hold them, all languages of a translated one; {} without such a record."""
    record = env.ref(xmlid, raise_if_not_found=False)
    if not record:
        return {}
    values = record.sudo().read(columns, load="")[0]
    for column in columns:
        if record._fields[column].translate:
            record.flush_recordset([column])
            values[column] = env.execute_query(
                SQL(
                    "SELECT %s FROM %s WHERE id = %s",
                    SQL.identifier(column),
                    SQL.identifier(record._table),
                    record.id,
                )
            )[0][0]
    return {column: values[column] for column in columns}


def _write(env, xmlid, column, value):
    record = env.ref(xmlid).sudo()
    field = record._fields[column]
    if field.type == "many2one" and value and not env[field.comodel_name].browse(value).exists():
        return
    record[column] = [Command.set(value)] if field.type == "many2many" else value


def _write_translations(env, xmlid, column, value):
    """Written in SQL: the ORM has no way to drop a language, and protects the fields of `ir.model.fields`."""
    record = env.ref(xmlid)
    env.execute_query(
        SQL(
            "UPDATE %s SET %s = %s WHERE id = %s RETURNING id",
            SQL.identifier(record._table),
            SQL.identifier(column),
            Json(value),
            record.id,
        )
    )
    record.invalidate_recordset([column])


def _importer(env, module, langs, columns):
    """Odoo's importer, loaded with what a module's po files say of the columns: {external id: names of columns}."""
    importer = TranslationImporter(env.cr, verbose=False)
    for lang in langs:
        for path in get_po_paths(module, lang):
            importer.load_file(path, lang, xmlids=set(columns))
    for fields in importer.model_translations.values():
        for name, records in fields.items():
            for xmlid in [xmlid for xmlid in records if name not in columns[xmlid]]:
                del records[xmlid]
    return importer


def _translation(env, module, lang, xmlid):
    """What a module's po file calls a record in a language, if anything."""
    importer = _importer(env, module, [lang], {xmlid: ["name"]})
    return importer.model_translations[env.ref(xmlid)._name]["name"][xmlid].get(lang)


def _load_translations(env, module, columns, langs=None, force=False):
    """Load a module's translations of some columns of records, over existing ones only with `force`."""
    langs = [code for code in langs or dict(env["res.lang"].get_installed()) if code != "en_US"]
    _importer(env, module, langs, columns).save(force_overwrite=force)
    env.registry.clear_cache("default", "stable")
