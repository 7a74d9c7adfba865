# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
import json
import re
from pathlib import Path

from lxml import etree

from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file, mute_logger
from odoo.tools.translate import TRANSLATED_ATTRS

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.addons.mail.tools.discuss import Store

from .. import hooks
from ..models.ir_module_module import ADDON
from ..models.words import DOUBLED
from ..tools.wording import reword
from .common import SetupCase

# what no screen of the CRM calls an opportunity, a lead, or a channel
OTHER_WORDS = {
    "en_US": re.compile(r"\bsales ?teams?\b", re.IGNORECASE),
    "uk_UA": re.compile(
        r"\bнагод(?:а|и|у|і|ою|ам|ами|ах)?\b|\bлід(?:а|у|ом|и|ів|ам|ами|ах)?\b|\bкоманд\w* продаж", re.IGNORECASE
    ),
}
MODULES = ("crm", "sales_team", "sale_crm", "sale")


@tagged("post_install", "-at_install")
class TestWords(SetupCase):
    """The guide's words over Odoo's own: everywhere in both languages, nowhere in another, and never over a person's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.manager

    def _menus(self, lang, user=None):
        menus = self.env["ir.ui.menu"].with_user(user or self.manager).with_context(lang=lang).load_menus(False)
        return {menu["xmlid"]: menu["name"] for menu in menus.values() if menu["id"]}

    def _label(self, model, field, lang):
        return self.env[model].with_context(lang=lang).fields_get([field], ["string"])[field]["string"]

    def _title(self, xmlid, lang):
        return self.env["ir.actions.actions"].with_context(lang=lang)._for_xml_id(xmlid)["name"]

    def _forget(self):
        self.env.flush_all()
        self.env.registry.clear_all_caches()

    # ------------------------------------------------------------
    # The guide's words
    # ------------------------------------------------------------

    def test_menus_have_the_guide_s_words_and_places(self):
        english, ukrainian = self._menus("en_US"), self._menus("uk_UA")
        for xmlid, *names in (
            ("crm.crm_menu_config", "Configuration", "Налаштування"),
            ("crm.crm_menu_report", "Reporting", "Звітування"),
            ("crm.menu_crm_opportunities", "Pipeline", "Лійка продажів"),
            ("crm.crm_opportunity_report_menu", "Pipeline", "Лійка продажів"),
            ("crm.crm_team_config", "Sales Channels", "Канали продажу"),
            ("bjet_crm_setup.menu_crm_team_dashboard", "Sales Channels", "Канали продажу"),
            ("bjet_crm_setup.menu_mail_activity_type", "Activity Types", "Типи діяльності"),
            ("bjet_crm_setup.menu_crm_tag", "Lead Tags", "Мітки потенційного клієнта"),
            ("bjet_crm_setup.menu_crm_lost_reason", "Lost Reasons", "Причини втрати"),
        ):
            self.assertEqual([english[xmlid], ukrainian[xmlid]], names)
        self.manager.write({"group_ids": [(4, self.env.ref("crm.group_use_lead").id)]})
        self.assertEqual(self._menus("uk_UA")["crm.crm_menu_leads"], "Потенційні клієнти")
        directories = [
            self.env.ref(f"bjet_crm_setup.{name}")
            for name in ("menu_mail_activity_type", "menu_crm_tag", "menu_crm_lost_reason")
        ]
        for menu in directories:
            self.assertEqual(menu.parent_id, self.env.ref("crm.crm_menu_config"))
        self.assertEqual(directories, sorted(directories, key=lambda menu: (menu.sequence, menu.id)))

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
            ("crm.stage", "fold", "Fold in Pipeline", "Згорнути у Лійці продажів"),
            ("crm.stage", "team_ids", "Team", "Команда"),
            ("crm.team", "name", "Sales Channel", "Канал продажу"),
            ("crm.team", "user_id", "Channel Leader", "Лідер каналу"),
            ("crm.team", "member_ids", "Team Members", "Члени команди"),
            ("crm.team", "use_leads", "Leads", "Потенційні клієнти"),
            ("crm.team", "leads_wanted", "Leads", "Потенційні клієнти"),
            ("crm.team", "use_opportunities", "Pipeline", "Лійка продажів"),
            ("crm.team", "invoiced_target", "Invoicing Target", "Ціль для виставлення рахунків"),
            ("crm.lead", "name", "Opportunity", "Потенційне замовлення"),
            ("crm.lead", "team_id", "Sales Channel", "Канал продажу"),
            ("account.bank.statement.line", "team_id", "Sales Channel", "Канал продажу"),
        ):
            self.assertEqual(self._label(model, field, "en_US"), english)
            self.assertEqual(self._label(model, field, "uk_UA"), ukrainian)
        categories = self.env["mail.activity.type"].with_context(lang="uk_UA").fields_get(["category"])["category"]
        self.assertEqual(dict(categories["selection"])["default"], "Інше")
        self.assertEqual(dict(categories["selection"])["meeting"], "Зустріч")

    def test_each_field_that_points_to_a_channel_is_called_one(self):
        for lang, word in (("en_US", "sales channel"), ("uk_UA", "канал")):
            for name in self.env.registry:
                for field in self.env[name]._fields.values():
                    if field.comodel_name == "crm.team" and str(field) != "crm.stage.team_ids":
                        self.assertIn(word, self._label(name, field.name, lang).lower(), field)

    def test_one_thing_has_one_word_in_all_models_and_views(self):
        """What a person reads of fields, views, menus and titles; models of which users read names apart."""
        for lang, others in OTHER_WORDS.items():
            env = self.env(context={"lang": lang})
            found = []

            def see(where, *texts, others=others, found=found):
                found.extend(f"{where}: {text}" for text in texts if text and others.search(text))

            for name in sorted(env.registry):
                model = env[name]
                if not model._abstract and (model._original_module in MODULES or name in ("res.partner", "res.users")):
                    for where, *texts in self._texts_of(model):
                        see(where, *texts)
            for xmlid, name in self._menus(lang, self.env.ref("base.user_admin")).items():
                see(xmlid, name)
            for action in env["ir.actions.act_window"].search([("res_model", "=like", "crm.%")]):
                shown = action._get_action_dict()
                see(shown["xml_id"], shown["name"], shown["display_name"], shown["help"])
            for kind, actions in env["ir.actions.actions"].get_bindings("crm.lead").items():
                see(kind, *(action["name"] for action in actions))
            self.assertFalse(found, "\n".join(found))

    def _texts_of(self, model):
        """What a person reads of a model's fields and views: (where, text, …)."""
        for field, shown in model.fields_get(attributes=["string", "help", "selection", "type"]).items():
            values = shown.get("selection", ()) if shown["type"] == "selection" else ()
            yield f"{model._name}.{field}", shown["string"], shown.get("help"), *(label for _value, label in values)
        for view in model.env["ir.ui.view"].search([("model", "=", model._name), ("mode", "=", "primary")]):
            for node in etree.fromstring(model.get_view(view.id, view.type)["arch"]).iter(etree.Element):
                said = [node.get(attribute) for attribute in TRANSLATED_ATTRS]
                yield view.xml_id, *said, node.text, node.tail

    def test_one_thing_has_one_word_on_an_empty_pipeline(self):
        """What it says is made when it is opened, and differs for who is in no channel."""
        for lang, other_words in OTHER_WORDS.items():
            for user in (self.manager, self.salesperson):
                teams = self.env["crm.team"].with_user(user).with_context(lang=lang)
                for action in (
                    teams.action_your_pipeline(),
                    teams.action_opportunity_forecast(),
                    teams.browse(self.env.ref("sales_team.team_sales_department").id).action_open_leads(),
                ):
                    with self.subTest(lang=lang, user=user.login, action=action["id"]):
                        self.assertIn("<p", action["help"], "it is still HTML")
                        self.assertNotRegex(action["help"], r"\w<b>", "and has its spaces")
                        self.assertFalse(other_words.findall(action["help"]))
                        self.assertNotRegex(action["help"], r"\bteam\b|\bкоманд")

    def test_what_odoo_leaves_in_english_on_the_guide_s_path(self):
        """What `make docs` finds on the screens of its walk is a row here first."""
        modules, _parameters = self.env["ir.http"]._get_translations_for_webclient(["web", "mail", "crm"], "uk_UA")
        terms = {term["id"]: term["string"] for module in modules.values() for term in module["messages"]}
        self.assertEqual(terms["Custom Filter..."], "Власний фільтр...")
        self.assertEqual(terms["Custom Filter"], "Власний фільтр")
        self.assertEqual(terms["Custom Group"], "Власне групування")
        self.assertEqual(terms["Select one or several criteria"], "Оберіть одне або кілька значень")
        self.assertEqual(terms["The conversation is empty."], "Повідомлень ще немає.")
        self.assertEqual(terms["See AI-computed chances details"], "Докладніше про прогнозне оцінювання")
        self.assertEqual(terms["Select a field"], "Виберіть поле")
        self.assertEqual(terms["Add %s"], "Додати: %s")
        self.assertEqual(terms["View all activities"], "Переглянути всі дії")
        view = self.env.ref("mail.mail_activity_view_form_popup")
        arch = self.env["mail.activity"].with_context(lang="uk_UA").get_view(view.id, "form")["arch"]
        self.assertNotIn("Schedule a meeting in your calendar", arch)
        for xmlid, said, ours in (
            ("crm.crm_lead_view_form", r">\s*at\s*<", "> за <"),
            ("crm.quick_create_opportunity_form", "Opportunity's Name", 'placeholder="Назва потенційного замовлення"'),
            ("sales_team.crm_team_view_form", "Visible to all|Multi-team|Working in", 'placeholder="Видно всім"'),
            ("mail.mail_activity_schedule_view_form", "Discuss Proposal", "напр. Обговорити пропозицію"),
        ):
            view = self.env.ref(xmlid)
            arch = self.env[view.model].with_context(lang="uk_UA").get_view(view.id, "form")["arch"]
            self.assertNotRegex(arch, said)
            self.assertIn(ours, arch)
        self.assertEqual(self._label("crm.lead", "won_status", "uk_UA"), "Виграно/втрачено")

    def test_what_stands_under_a_document_has_the_guide_s_words(self):
        for lang, channel_made, lead_made, lost in (
            ("en_US", "Sales channel created", "Created in the sales channel “Fairs”.", "opportunity lost"),
            ("uk_UA", "Канал продажу створено", "Створено в каналі продажу «Fairs».", "потенційне замовлення втрачено"),
        ):
            env = self.env(user=self.manager, context={"lang": lang})
            channel = env["crm.team"].create({"name": "Fairs", "company_id": self.company.id})
            lead = env["crm.lead"].create({"name": "Chairs", "type": "opportunity", "team_id": channel.id})
            self.env.flush_all()
            self.assertIn(channel_made, channel.message_ids.body)
            self.assertIn(lead_made, lead.message_ids.body)
            store = Store().add(env.ref("crm.mt_lead_lost"), ["name", "description"])
            [subtype] = store.get_result()["mail.message.subtype"]
            self.assertEqual((subtype["name"].lower(), subtype["description"].lower()), (lost, lost))

    def test_a_member_of_another_channel_is_told_in_the_person_s_words(self):
        member = self._new_user("elsewhere", "sales_team.group_sale_salesman")
        self.env["crm.team"].create({"name": "Виставки", "member_ids": member.ids})
        for lang, warning in (
            ("en_US", f"{member.name}: in other sales channels already (Виставки)."),
            ("uk_UA", f"{member.name}: уже в інших каналах продажу (Виставки)."),
        ):
            channel = self.env["crm.team"].with_context(lang=lang).new({"name": "Сайт", "member_ids": member.ids})
            self.assertEqual(channel.member_warning, warning)

    # ------------------------------------------------------------
    # A person's own, and other languages
    # ------------------------------------------------------------

    def test_a_person_s_own_name_wins_in_its_language(self):
        menu, action = self.env.ref("crm.menu_crm_opportunities"), self.env.ref("sales_team.crm_team_action_config")
        label = self.env.ref("crm.field_crm_lead__team_id")
        self.in_ukrainian(menu).name = "Мої нагоди"
        self.in_english(action).name = "Our Sales Teams"
        label.update_field_translations("field_description", {"uk_UA": "Відділ"})
        self._forget()
        self.assertEqual(self._menus("uk_UA")["crm.menu_crm_opportunities"], "Мої нагоди")
        self.assertEqual(self._menus("en_US")["crm.menu_crm_opportunities"], "Pipeline")
        self.assertEqual(self._title("sales_team.crm_team_action_config", "en_US"), "Our Sales Teams")
        self.assertEqual(self._title("sales_team.crm_team_action_config", "uk_UA"), "Канали продажу")
        self.assertEqual(self._label("crm.lead", "team_id", "uk_UA"), "Відділ")
        self.assertEqual(self._label("crm.lead", "team_id", "en_US"), "Sales Channel")

    def test_an_entry_of_odoo_that_a_person_changed_stands_instead_of_ours(self):
        config = self.env.ref("crm.crm_menu_config")
        for theirs, change in (
            ("crm.menu_crm_lead_categ", {"name": "Labels"}),
            ("crm.menu_crm_lost_reason", {"parent_id": config.id}),
            ("crm.crm_team_menu_config_activity_types", {"active": False}),
        ):
            self.env.ref(theirs).with_context(lang="en_US").write(change)
            self._forget()
            shown, ours = self._menus("en_US"), DOUBLED[theirs][2]
            self.assertNotIn(ours, shown)
            self.assertEqual(theirs in shown, "active" not in change)
        # renamed in English only: Ukrainian has the guide's
        self.assertIn("bjet_crm_setup.menu_crm_tag", self._menus("uk_UA"))

    def test_a_language_without_our_translation_keeps_odoo_s_words(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"].search([("name", "in", MODULES)])._update_translations(["de_DE"])
        self._forget()
        menus = self._menus("de_DE")
        for ours, odoo in (("menu_crm_tag", "menu_crm_lead_categ"), ("menu_crm_lost_reason", "menu_crm_lost_reason")):
            name = self.env.ref(f"crm.{odoo}").with_context(lang="de_DE").name
            self.assertNotEqual(name, self.env.ref(f"crm.{odoo}").name)
            self.assertEqual(menus[f"bjet_crm_setup.{ours}"], name)
        self.assertEqual(self._label("crm.team", "user_id", "de_DE"), "Teamleiter")
        self.assertEqual(self._label("crm.lead", "team_id", "de_DE"), "Verkaufsteam")
        self.assertEqual(self._label("crm.team", "leads_wanted", "de_DE"), "Leads")
        self.assertEqual(self._label("crm.tag", "opportunity_count", "de_DE"), "Verkaufschancen")
        self.assertEqual(self._title("bjet_crm_setup.crm_team_action_dashboard", "de_DE"), "Verkaufsteams")
        for view, model in (("sales_team.crm_team_view_form", "crm.team"), ("crm.crm_stage_form", "crm.stage")):
            arch = self.env[model].with_context(lang="de_DE").get_view(self.env.ref(view).id, "form")["arch"]
            for word in ("Channel Leader", "Sales Channel", "Team Members", "Won Stage", "Channel Details"):
                self.assertNotIn(f">{word}<", arch)
                self.assertNotIn(f'string="{word}"', arch)
        self.env.ref("bjet_crm_setup.menu_crm_tag").with_context(lang="de_DE").name = "Etiketten"
        self._forget()
        self.assertEqual(self._menus("de_DE")["bjet_crm_setup.menu_crm_tag"], "Etiketten", "a person's own")

    def test_updates_of_odoo_and_of_languages_change_no_word(self):
        before = self._menus("uk_UA"), self._label("crm.team", "user_id", "uk_UA")
        modules = self.env["ir.module.module"].search([("name", "in", (*MODULES, "mail", ADDON))])
        modules._update_translations(["uk_UA"], overwrite=True)
        self._forget()
        self.assertEqual((self._menus("uk_UA"), self._label("crm.team", "user_id", "uk_UA")), before)

    def test_an_update_leaves_the_addon_s_own_menus_as_people_have_them(self):
        menu = self.env.ref("bjet_crm_setup.menu_crm_setup")
        self.in_english(menu).write({"name": "Mine", "sequence": 77})
        self.env.ref("bjet_crm_setup.menu_crm_tag").unlink()
        self._forget()
        convert_file(self.env, ADDON, "views/menus.xml", {}, mode="update")
        self.assertEqual((self.in_english(menu).name, menu.sequence), ("Mine", 77))
        self.assertFalse(self.env.ref("bjet_crm_setup.menu_crm_tag", raise_if_not_found=False))

    def test_nothing_of_odoo_is_written(self):
        for xmlid, name in (
            ("crm.menu_crm_lead_categ", "Tags"),
            ("crm.menu_crm_opportunities", "My Pipeline"),
            ("crm.crm_team_config", "Sales Teams"),
            ("sales_team.crm_team_action_config", "Sales Teams"),
        ):
            self.assertEqual(self.in_english(self.env.ref(xmlid)).name, name)
        for xmlid, label in (
            ("sales_team.field_crm_team__user_id", "Team Leader"),
            ("crm.field_crm_stage__fold", "Folded in Pipeline"),
            ("mail.field_mail_activity_type__summary", "Default Summary"),
        ):
            self.assertEqual(self.in_english(self.env.ref(xmlid)).field_description, label)

    def test_a_menu_or_record_that_an_administrator_deleted_is_missed_by_nobody(self):
        """Each record of Odoo that the addon's data names: the data is read without it, as at -i and at -u."""
        data = ("data/crm_lost_reason_data.xml", "data/mail_activity_type_data.xml", "views/menus.xml")
        gone = [
            *DOUBLED,
            "crm.menu_crm_opportunities",
            "crm.crm_team_config",
            "crm.crm_menu_report",
            "crm.crm_menu_config",
            *(f"crm.lost_reason_{number}" for number in (1, 2, 3)),
            "crm.crm_lost_reason_action",
            "sales_team.sales_team_crm_tag_action",
            "sales_team.mail_activity_type_action_config_sales",
        ]
        for xmlid in gone:
            with self.subTest(xmlid), self.env.cr.savepoint() as savepoint, mute_logger("odoo.tools.convert"):
                self.env.ref(xmlid).unlink()
                self._forget()
                for mode in ("init", "update"):
                    for path in data:
                        convert_file(self.env, ADDON, path, {}, mode=mode)
                self._menus("uk_UA")
                self._menus("en_US")
                savepoint.rollback()
            self.env.invalidate_all()
            self._forget()


@tagged("post_install", "-at_install")
class TestDefaultNames(SetupCase):
    """Names that the addon gives to records of Odoo: default data, once, and never over a person's."""

    def _give(self, xmlid, names):
        self.env.ref(xmlid).update_field_translations("name", names)

    def _install(self):
        convert_file(self.env, ADDON, "data/mail_activity_type_data.xml", {}, mode="init")
        self.env["ir.module.module"]._load_module_terms([ADDON], ["en_US", "uk_UA"])

    def test_default_names_spare_what_the_company_renamed(self):
        reason, todo = self.env.ref("crm.lost_reason_3"), self.env.ref("mail.mail_activity_data_todo")
        self._give("crm.lost_reason_3", {"en_US": "Not enough stock", "uk_UA": "Склад порожній"})
        self._give("mail.mail_activity_data_todo", {"en_US": "Chore", "uk_UA": "Зробити"})
        self._install()
        self.assertEqual(self.in_ukrainian(reason).name, "Склад порожній")
        self.assertEqual(self.in_english(todo).name, "Chore")

    def test_default_names_replace_odoo_s(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        self._give("crm.lost_reason_3", {"en_US": "Not enough stock", "uk_UA": "Немає в наявності"})
        todo.update_field_translations("name", {"en_US": "To-Do", "uk_UA": "Зробити"})
        todo.with_context(lang="en_US").summary = "To-Do"
        self._install()
        self.assertEqual(self.in_ukrainian(self.env.ref("crm.lost_reason_3")).name, "Недостатньо на складі")
        self.assertEqual((self.in_english(todo).name, self.in_english(todo).summary), ("To Do", "To Do"))
        self.assertEqual(self.in_ukrainian(todo).name, "Зробити")

    def test_an_update_gives_no_name_again(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        self._give("mail.mail_activity_data_todo", {"en_US": "To-Do"})
        convert_file(self.env, ADDON, "data/mail_activity_type_data.xml", {}, mode="update")
        self.assertEqual(self.in_english(todo).name, "To-Do")

    def test_a_language_loaded_again_takes_nothing_of_the_user_s(self):
        reason = self.env.ref("crm.lost_reason_3")
        self.in_ukrainian(reason).name = "Склад порожній"
        self.env["ir.module.module"].search([("state", "=", "installed")])._update_translations(["uk_UA"])
        self.assertEqual(self.in_ukrainian(reason).name, "Склад порожній")
        self.assertEqual(self.in_english(reason).name, "Not enough stock")

    def test_a_language_added_later(self):
        self._give("crm.lost_reason_3", {"uk_UA": False})
        self.assertEqual(self.in_ukrainian(self.env.ref("crm.lost_reason_3")).name, "Not enough stock")
        self.env["ir.module.module"].search([("name", "in", ("crm", ADDON))])._update_translations("uk_UA")
        self.assertEqual(self.in_ukrainian(self.env.ref("crm.lost_reason_3")).name, "Недостатньо на складі")

    def test_uninstallation_gives_the_names_back(self):
        todo, reason = self.env.ref("mail.mail_activity_data_todo"), self.env.ref("crm.lost_reason_2")
        self.in_ukrainian(self.env.ref("crm.lost_reason_3")).name = "Склад порожній"
        hooks._give_words_back(self.env)
        self.assertEqual((self.in_english(todo).name, self.in_english(todo).summary), ("To-Do", "To-Do"))
        self.assertEqual(self.in_english(reason).name, "We don't have people/skills")
        self.assertEqual(self.in_ukrainian(reason).name, "Ми не маємо людей/навички")
        self.assertEqual(self.in_ukrainian(self.env.ref("crm.lost_reason_3")).name, "Склад порожній")

    def test_a_reason_in_use_outlives_the_addon(self):
        """It stays with the opportunity that has it, and is not doubled when the addon comes again."""
        used, unused = self.env.ref("bjet_crm_setup.lost_reason_budget"), "bjet_crm_setup.lost_reason_no_response"
        self.env["crm.lead"].create({"name": "Lost", "type": "opportunity", "lost_reason_id": used.id, "active": False})
        hooks._let_outlive(self.env)
        self.env.flush_all()
        self.env.registry.clear_cache()
        self.assertFalse(self.env.ref("bjet_crm_setup.lost_reason_budget", raise_if_not_found=False))
        self.assertTrue(self.env.ref(unused, raise_if_not_found=False))
        used.name = "Frozen"
        convert_file(self.env, ADDON, "data/crm_lost_reason_data.xml", {}, mode="init")
        made = self.env.ref("bjet_crm_setup.lost_reason_budget")
        self.assertNotEqual(made, used)
        hooks.post_init_hook(self.env)
        self.env.flush_all()
        self.env.registry.clear_cache()
        self.assertEqual(self.env.ref("bjet_crm_setup.lost_reason_budget"), used)
        self.assertEqual(used.name, "Frozen")
        self.assertFalse(made.exists())

    def test_a_reason_that_the_company_has_already_is_not_doubled(self):
        for name, lang, xmlid in (
            ("No budget", "en_US", "bjet_crm_setup.lost_reason_budget"),
            ("no response ", "en_US", "bjet_crm_setup.lost_reason_no_response"),
            ("Відкладено", "uk_UA", "bjet_crm_setup.lost_reason_postponed"),
        ):
            # as an uninstallation deletes it: what a person deletes stays away
            self.env.ref(xmlid).with_context(**{MODULE_UNINSTALL_FLAG: True}).unlink()
            own = self.env["crm.lost.reason"].with_context(lang=lang).create({"name": name, "active": lang == "en_US"})
            self.env.flush_all()
            self.env.registry.clear_cache()
            convert_file(self.env, ADDON, "data/crm_lost_reason_data.xml", {}, mode="init")
            self.env["ir.module.module"]._load_module_terms([ADDON], ["en_US", "uk_UA"])
            self.assertTrue(self.env.ref(xmlid, raise_if_not_found=False))
            hooks.post_init_hook(self.env)
            self.env.flush_all()
            self.env.registry.clear_cache()
            self.assertFalse(self.env.ref(xmlid, raise_if_not_found=False))
            self.assertEqual(own.with_context(lang=lang).name, name)
            convert_file(self.env, ADDON, "data/crm_lost_reason_data.xml", {}, mode="update")
            self.assertFalse(self.env.ref(xmlid, raise_if_not_found=False))


@tagged("post_install", "-at_install")
class TestMigration(SetupCase):
    """What 19.0.1.0.0 wrote into Odoo's records, as it kept it, is given back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        spec = importlib.util.spec_from_file_location(
            "pre_words", Path(__file__).parent.parent / "migrations" / "19.0.2.0.0" / "pre-words.py"
        )
        cls.migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(cls.migration)
        # the store of such a database, its ids as external ids
        text = (Path(__file__).parent / "data" / "borrowed_records_19_0_1.json").read_text()
        text = re.sub(
            r'"ref:([\w.]+)"',
            lambda match: json.dumps(cls._stored(cls.env.ref(match[1], raise_if_not_found=False))),
            text,
        )
        cls.store = json.loads(text)
        cls.records = {xmlid: cls.env.ref(xmlid, raise_if_not_found=False) for xmlid in cls.store["kept"]}

    @staticmethod
    def _stored(record):
        return f"{record._name},{record.id}" if record._name.startswith("ir.actions") else record.id

    def setUp(self):
        super().setUp()
        for xmlid, columns in self.store["ours"].items():
            for column, value in columns.items():
                if isinstance(value, dict):
                    self.records[xmlid].update_field_translations(column, value)
                else:
                    self.records[xmlid][column] = value
        self.env["ir.config_parameter"].set_param(self.migration.STORE, json.dumps(self.store))
        self.env.flush_all()
        self.menu = self.env.ref("crm.menu_crm_lead_categ")

    def test_it_gives_everything_back(self):
        self.assertEqual(self.in_english(self.menu).name, "Lead Tags")
        self.migration.give_back(self.env)
        self.assertEqual(self.in_english(self.menu).name, "Tags")
        self.assertEqual(self.in_ukrainian(self.menu).name, "Мітки")
        self.assertEqual(self.menu.parent_id, self.env.ref("crm.menu_crm_config_lead"))
        self.assertEqual(self.menu.action, self.env.ref("sales_team.sales_team_crm_tag_action"))
        label = self.env.ref("mail.field_mail_activity_type__summary")
        self.assertEqual(self.in_ukrainian(label).field_description, "Опис за замовчуванням")
        self.assertEqual(self.in_english(self.env.ref("mail.mail_activity_data_todo")).name, "To Do")
        self.assertFalse(self.env["ir.config_parameter"].get_param(self.migration.STORE))

    def test_it_leaves_what_a_user_changed_since(self):
        self.in_ukrainian(self.menu).name = "Позначки"
        self.menu.sequence = 42
        self.migration.give_back(self.env)
        self.assertEqual(self.in_english(self.menu).name, "Tags")
        self.assertEqual(self.in_ukrainian(self.menu).name, "Позначки")
        self.assertEqual(self.menu.sequence, 42)

    def test_it_passes_over_what_is_gone(self):
        self.menu.unlink()
        self.env.ref("crm.menu_crm_config_lead").unlink()
        self.env.flush_all()
        self.env.registry.clear_cache()
        self.migration.give_back(self.env)
        self.assertFalse(self.env.ref("crm.menu_crm_lead_categ", raise_if_not_found=False))
        self.assertEqual(self.in_english(self.env.ref("crm.crm_team_config")).name, "Sales Teams")

    def test_the_new_menus_are_made_and_no_change_is_lost(self):
        spec = importlib.util.spec_from_file_location(
            "post_words", Path(__file__).parent.parent / "migrations" / "19.0.2.0.0" / "post-words.py"
        )
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        setup = self.env.ref("bjet_crm_setup.menu_crm_setup")
        setup.name = "Mine"
        self.env.ref("bjet_crm_setup.menu_crm_tag").unlink()
        self.env.flush_all()
        self.env.registry.clear_cache()
        convert_file(self.env, ADDON, "views/menus.xml", {}, mode="update")
        self.assertFalse(self.env.ref("bjet_crm_setup.menu_crm_tag", raise_if_not_found=False))
        migration.add_menus(self.env)
        made = self.env.ref("bjet_crm_setup.menu_crm_tag")
        self.assertEqual((made.parent_id, made.sequence), (self.env.ref("crm.crm_menu_config"), 7))
        self.assertEqual(setup.name, "Mine")

    def test_without_a_store_it_does_nothing(self):
        self.env["ir.config_parameter"].search([("key", "=", self.migration.STORE)]).unlink()
        self.migration.give_back(self.env)
        self.assertEqual(self.in_english(self.menu).name, "Lead Tags")


@tagged("post_install", "-at_install")
class TestWording(TransactionCase):
    """The rules of a language, without a database."""

    def test_ukrainian_forms(self):
        for odoo, guide in (
            ("Нагода", "Потенційне замовлення"),
            ("Нова нагода", "Нове потенційне замовлення"),
            ("Відкриті нагоди", "Відкриті потенційні замовлення"),
            ("Пошук нагод", "Пошук потенційних замовлень"),
            ("Причина втрати нагоди", "Причина втрати потенційного замовлення"),
            ("Конвертувати лід у нагоду", "Конвертувати потенційного клієнта у потенційне замовлення"),
            ("Мої ліди", "Мої потенційні клієнти"),
            ("Створити новий лід", "Створити нового потенційного клієнта"),
            ("Член команди продажу", "Член каналу продажу"),
            ("Команди продажу", "Канали продажу"),
            ("Послідовність, слід, слідкувати", "Послідовність, слід, слідкувати"),
        ):
            self.assertEqual(reword(odoo, "uk_UA"), guide)

    def test_english_forms(self):
        self.assertEqual(reword("Sales Teams, a sales team", "en_US"), "Sales Channels, a sales channel")

    def test_other_languages(self):
        self.assertEqual(reword("Sales Team", "de_DE"), "Sales Team")
