"""What the tests share: whose session they open, and what a log and a database may say."""

import re

import pytest

from dev import paths

# login and password of the manager in the database that `prepared` makes
MANAGER = ("manager", "a-password-of-the-tests")
EXAMPLE = "bjet_crm_setup_example"
TROUBLE = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) .*(?:\n(?!\d{4}-\d\d-\d\d ).*)*", re.MULTILINE)

# Menus, labels, views, access and all else that describes the database. The demo data of the addon is not among them:
# Odoo does not delete confirmed orders and posted invoices on an uninstall, whosever they are.
DESCRIPTION = {
    "base_automation", "ir_act_client", "ir_act_report_xml", "ir_act_server", "ir_act_url", "ir_act_window",
    "ir_act_window_view", "ir_asset", "ir_config_parameter", "ir_cron", "ir_default", "ir_embedded_actions", "ir_filters",
    "ir_model", "ir_model_access", "ir_model_constraint", "ir_model_fields", "ir_model_fields_selection",
    "ir_model_inherit", "ir_model_relation", "ir_rule", "ir_sequence", "ir_ui_menu", "ir_ui_menu_group_rel", "ir_ui_view",
    "ir_ui_view_group_rel", "mail_activity_type", "mail_message_subtype", "mail_template", "res_groups",
    "res_groups_implied_rel", "res_groups_privilege", "res_lang", "rule_group_rel",
}  # fmt: skip
# What outlived the addon
KEPT = "SELECT model, name, res_id FROM ir_model_data WHERE module = '__bjet_crm_setup__' ORDER BY 1, 2"


def troubles(log):
    return [match[0] for match in TROUBLE.finditer(log.read_text())]


def none_of(lines):
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def is_of_the_module(table, row):
    """The rows of the addon and the example in the list of modules, and files that Odoo makes when it needs them."""
    modules = (*(addon.name for addon in paths.ADDONS), EXAMPLE)
    return (
        (table in ("ir_module_module", "ir_module_module_dependency") and row.get("name") in modules)
        or (table == "ir_model_data" and row["name"] in [f"module_{name}" for name in modules])
        or (table == "ir_attachment" and (row.get("url") or "").startswith("/web/assets/"))
    )


def may_stay(kept):
    """What `differences` takes of a database after an uninstallation, from the rows of `KEPT` in it."""
    records = {(model.replace(".", "_"), id_) for model, _name, id_ in kept}

    def expected(table, row):
        return (
            is_of_the_module(table, row)
            or (table, row.get("id")) in records
            or (table == "ir_model_data" and row["module"] == "__bjet_crm_setup__")
        )

    return expected
