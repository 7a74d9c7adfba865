# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .. import hooks
from .common import SetupCase


@tagged("post_install", "-at_install")
class TestBorrowedRecords(SetupCase):
    """Odoo's records that the addon renames: the guide's words in both languages, and back again to the letter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.menu = cls.env.ref("crm.menu_crm_lead_categ")

    def _label(self, model, field, lang):
        return self.env[model].with_context(lang=lang).fields_get([field], ["string"])[field]["string"]

    def _values(self):
        values = {xmlid: hooks._read(self.env, xmlid, columns) for xmlid, columns in hooks._columns().items()}
        # without those of an addon that is not here
        return {xmlid: columns for xmlid, columns in values.items() if columns}

    def test_menus_have_the_guide_s_words_and_places(self):
        for xmlid, english, ukrainian in (
            ("crm.crm_menu_config", "Configuration", "Налаштування"),
            ("crm.crm_menu_report", "Reporting", "Звітування"),
            ("crm.menu_crm_opportunities", "Pipeline", "Лійка продажів"),
            ("crm.crm_opportunity_report_menu", "Pipeline", "Лійка продажів"),
            ("crm.crm_menu_leads", "Leads", "Потенційні клієнти"),
            ("crm.crm_team_menu_config_activity_types", "Activity Types", "Типи діяльності"),
            ("crm.menu_crm_lead_categ", "Lead Tags", "Мітки потенційного клієнта"),
            ("crm.menu_crm_lost_reason", "Lost Reasons", "Причини втрати"),
        ):
            menu = self.env.ref(xmlid)
            self.assertEqual(self.in_english(menu).name, english)
            self.assertEqual(self.in_ukrainian(menu).name, ukrainian)
        directories = [
            self.env.ref(f"crm.{name}")
            for name in ("crm_team_menu_config_activity_types", "menu_crm_lead_categ", "menu_crm_lost_reason")
        ]
        for menu in directories:
            self.assertEqual(menu.parent_id, self.env.ref("crm.crm_menu_config"))
        self.assertEqual(directories, sorted(directories, key=lambda menu: menu.sequence))

    def test_no_directory_has_two_menus(self):
        """In the CRM menu of a manager, each action is there once, and no submenu is left empty."""
        menus = self.env["ir.ui.menu"].with_user(self.manager).load_menus(debug=False)
        children = [menus[self.env.ref("crm.crm_menu_root").id]]
        actions = []
        while children:
            menu = children.pop()
            self.assertTrue(menu["action_id"] or menu["children"], menu["name"])
            if not menu["children"]:
                actions.append((menu["action_model"], menu["action_id"]))
            children.extend(menus[child] for child in menu["children"])
        self.assertEqual(len(actions), len(set(actions)))
        self.assertIn(("ir.actions.act_window", self.env.ref("crm.mail_activity_plan_action_lead").id), actions)

    def test_labels_of_fields(self):
        for model, field, english, ukrainian in (
            ("mail.activity.type", "name", "Name", "Назва"),
            ("mail.activity.type", "category", "Category", "Категорія"),
            ("mail.activity.type", "summary", "Expected Summary", "Очікуваний Підсумок"),
            ("mail.activity.type", "delay_count", "Days", "Днів"),
            (
                "mail.activity.type",
                "suggested_next_type_ids",
                "Recommended Next Activities",
                "Рекомендовані наступні дії",
            ),
            ("crm.tag", "name", "Name", "Назва"),
            ("crm.lost.reason", "name", "Lost Reason", "Причина втрати"),
            ("crm.team", "name", "Sales Channel", "Канал продажу"),
            ("crm.lead", "team_id", "Sales Channel", "Канал продажу"),
            ("account.bank.statement.line", "team_id", "Sales Channel", "Канал продажу"),
        ):
            self.assertEqual(self._label(model, field, "en_US"), english)
            self.assertEqual(self._label(model, field, "uk_UA"), ukrainian)
        categories = self.env["mail.activity.type"].with_context(lang="uk_UA").fields_get(["category"])["category"]
        self.assertEqual(dict(categories["selection"])["default"], "Інше")
        self.assertEqual(dict(categories["selection"])["meeting"], "Зустріч")

    def test_uninstallation_gives_everything_back(self):
        kept, _ours = hooks._load(self.env)
        hooks.give_back(self.env)
        self.assertEqual(self._values(), dict(kept))
        self.assertEqual(self.in_english(self.menu).name, "Tags")
        self.assertEqual(self.in_ukrainian(self.menu).name, "Мітки")
        self.assertEqual(self.menu.parent_id, self.env.ref("crm.menu_crm_config_lead"))
        self.assertEqual(self.menu.action, self.env.ref("sales_team.sales_team_crm_tag_action"))
        self.assertEqual(self._label("mail.activity.type", "summary", "uk_UA"), "Опис за замовчуванням")
        self.assertFalse(self.env["ir.config_parameter"].get_param(hooks.STORE))

    def test_uninstallation_leaves_what_a_user_changed_since(self):
        self.in_ukrainian(self.menu).name = "Позначки"
        self.menu.sequence = 42
        hooks.give_back(self.env)
        self.assertEqual(self.in_english(self.menu).name, "Tags")
        self.assertEqual(self.in_ukrainian(self.menu).name, "Позначки")
        self.assertEqual(self.menu.sequence, 42)

    def test_an_update_of_odoo_is_kept_and_covered_again(self):
        """`-u crm` writes Odoo's own names, possibly new ones, then the addon's update follows."""
        self.menu.write({"name": "Labels", "parent_id": self.env.ref("crm.menu_crm_config_lead").id})
        self.env["ir.module.module"]._keep_borrowed_records()
        self.menu.write({"name": "Lead Tags", "parent_id": self.env.ref("crm.crm_menu_config").id})
        self.env.ref("base.module_bjet_crm_setup")._update_translations()
        self.assertEqual(self.in_ukrainian(self.menu).name, "Мітки потенційного клієнта")
        hooks.give_back(self.env)
        self.assertEqual(self.in_english(self.menu).name, "Labels")
        self.assertEqual(self.in_ukrainian(self.menu).name, "Мітки")
        self.assertEqual(self.menu.parent_id, self.env.ref("crm.menu_crm_config_lead"))

    def test_a_second_update_changes_nothing(self):
        kept, ours = hooks._load(self.env)
        self.env["ir.module.module"]._keep_borrowed_records()
        self.env.ref("base.module_bjet_crm_setup")._update_translations()
        self.assertEqual(hooks._load(self.env), (kept, ours))

    def test_a_language_added_later(self):
        """It speaks the guide's words, and Odoo's after the uninstallation."""
        kept, ours = hooks._load(self.env)
        for values in (*kept.values(), *ours.values()):
            for value in values.values():
                if isinstance(value, dict):
                    value.pop("uk_UA", None)
        hooks._save(self.env, kept, ours)
        for xmlid, columns in hooks._columns().items():
            for column, value in hooks._read(self.env, xmlid, columns).items():
                if isinstance(value, dict):
                    value.pop("uk_UA", None)
                    hooks._write_translations(self.env, xmlid, column, value)
        self.assertEqual(self.in_ukrainian(self.menu).name, "Lead Tags")

        modules = self.env["ir.module.module"].search([("name", "in", ("crm", "mail", "bjet_crm_setup"))])
        modules._update_translations("uk_UA")
        self.assertEqual(self.in_ukrainian(self.menu).name, "Мітки потенційного клієнта")
        self.assertEqual(self.in_ukrainian(self.env.ref("crm.lost_reason_3")).name, "Недостатньо на складі")
        hooks.give_back(self.env)
        self.assertEqual(self.in_ukrainian(self.menu).name, "Мітки")
        self.assertEqual(self.in_english(self.menu).name, "Tags")

    def test_a_language_loaded_again_takes_nothing_of_the_user_s(self):
        reason = self.env.ref("crm.lost_reason_3")
        self.in_ukrainian(reason).name = "Склад порожній"
        self.menu.sequence = 42
        self.env["ir.module.module"].search([("state", "=", "installed")])._update_translations(["uk_UA"])
        hooks.give_back(self.env)
        self.assertEqual(self.in_ukrainian(reason).name, "Склад порожній")
        self.assertEqual(self.in_english(reason).name, "Not enough stock")
        self.assertEqual(self.menu.sequence, 42)
        self.assertEqual(self.in_ukrainian(self.menu).name, "Мітки")

    def test_default_names_spare_what_the_company_renamed(self):
        reason, todo = self.env.ref("crm.lost_reason_3"), self.env.ref("mail.mail_activity_data_todo")
        hooks._write_translations(
            self.env, "crm.lost_reason_3", "name", {"en_US": "Not enough stock", "uk_UA": "Склад порожній"}
        )
        hooks._write_translations(
            self.env, "mail.mail_activity_data_todo", "name", {"en_US": "Chore", "uk_UA": "Зробити"}
        )
        hooks._name_defaults(self.env)
        self.assertEqual(self.in_ukrainian(reason).name, "Склад порожній")
        self.assertEqual(self.in_english(todo).name, "Chore")

    def test_default_names_replace_odoo_s(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        hooks._write_translations(
            self.env, "crm.lost_reason_3", "name", {"en_US": "Not enough stock", "uk_UA": "Немає в наявності"}
        )
        hooks._write_translations(
            self.env, "mail.mail_activity_data_todo", "name", {"en_US": "To-Do", "uk_UA": "Зробити"}
        )
        hooks._name_defaults(self.env)
        self.assertEqual(self.in_ukrainian(self.env.ref("crm.lost_reason_3")).name, "Недостатньо на складі")
        self.assertEqual(self.in_english(todo).name, "To Do")
        self.assertEqual(self.in_ukrainian(todo).name, "Зробити")

    def test_a_reason_in_use_outlives_the_addon(self):
        """It stays with the opportunity that has it, and is not doubled when the addon comes again."""
        used, unused = self.env.ref("bjet_crm_setup.lost_reason_budget"), "bjet_crm_setup.lost_reason_no_response"
        self.env["crm.lead"].create({"name": "Lost", "type": "opportunity", "lost_reason_id": used.id, "active": False})
        hooks._let_outlive(self.env)
        self.env.flush_all()
        self.env.registry.clear_cache()
        self.assertFalse(self.env.ref("bjet_crm_setup.lost_reason_budget", raise_if_not_found=False))
        self.assertTrue(self.env.ref(unused, raise_if_not_found=False))
        hooks.pre_init_hook(self.env)
        self.env.flush_all()
        self.env.registry.clear_cache()
        self.assertEqual(self.env.ref("bjet_crm_setup.lost_reason_budget"), used)
