# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, convert_file

from .. import hooks
from .common import SetupCase

DATA = "data/crm_lost_reason_data.xml"


@tagged("post_install", "-at_install")
class TestLostReasons(SetupCase):
    """Rows L1 and L2 of the guide, but for the screens, which the tours walk."""

    DEFAULTS = (
        ("crm.lost_reason_1", "Too expensive", "Занадто дорого"),
        ("crm.lost_reason_2", "We don't have people/skills", "Немає людей або навичок"),
        ("crm.lost_reason_3", "Not enough stock", "Недостатньо на складі"),
        ("bjet_crm_setup.lost_reason_competitor", "Chose a competitor", "Обрали конкурента"),
        ("bjet_crm_setup.lost_reason_budget", "No budget", "Немає бюджету"),
        ("bjet_crm_setup.lost_reason_no_response", "No response", "Не відповідає"),
        ("bjet_crm_setup.lost_reason_postponed", "Postponed", "Відкладено"),
        ("bjet_crm_setup.lost_reason_not_target", "Not a target customer", "Нецільовий клієнт"),
        ("bjet_crm_setup.lost_reason_duplicate", "Duplicate", "Дублікат"),
    )

    def _update(self):
        convert_file(self.env, "bjet_crm_setup", DATA, idref={}, mode="update")

    def test_the_defaults_are_there_in_order_and_in_both_languages(self):
        reasons = self.env["crm.lost.reason"].browse(self.env.ref(xmlid).id for xmlid, *_names in self.DEFAULTS)
        self.assertEqual(self.env["crm.lost.reason"].search([("id", "in", reasons.ids)]), reasons)
        self.assertEqual(self.in_english(reasons).mapped("name"), [english for _xmlid, english, _ in self.DEFAULTS])
        self.assertEqual(self.in_ukrainian(reasons).mapped("name"), [name for *_, name in self.DEFAULTS])
        for reason in self.in_english(reasons):
            self.assertEqual(reason.search_count([("name", "=", reason.name)]), 1)

    def test_a_reason_without_a_name_stops_no_installation(self):
        """As an upgrade may leave it: what is empty has the name of no other."""
        reason = self.env["crm.lost.reason"].create({"name": "Nameless"})
        before = self.env["crm.lost.reason"].search_count([])
        self.env.flush_all()
        self.env.cr.execute(SQL("ALTER TABLE crm_lost_reason ALTER COLUMN name DROP NOT NULL"))
        self.env.cr.execute(SQL("UPDATE crm_lost_reason SET name = NULL WHERE id = %s", reason.id))
        self.env.invalidate_all()
        hooks._drop_doubles(self.env)
        self.assertEqual(self.env["crm.lost.reason"].search_count([]), before)

    def test_a_new_reason_comes_after_the_defaults(self):
        reason = self.env["crm.lost.reason"].with_user(self.manager).create({"name": "Bad weather"})
        defaults = [self.env.ref(xmlid).id for xmlid, *_names in self.DEFAULTS]
        self.assertEqual(
            self.env["crm.lost.reason"].search([("id", "in", defaults + reason.ids)]).ids, defaults + reason.ids
        )

    def test_the_order_is_that_of_the_list_where_one_is_picked(self):
        last = self.env.ref("bjet_crm_setup.lost_reason_duplicate")
        last.with_user(self.manager).sequence = 1
        offered = self.env["crm.lost.reason"].with_user(self.salesperson).name_search("", limit=1)
        self.assertEqual(offered[0][0], last.id)

    def test_an_update_leaves_what_users_did(self):
        first, second = self.env.ref("crm.lost_reason_1"), self.env.ref("bjet_crm_setup.lost_reason_budget")
        first.write({"name": "Price", "sequence": 77})
        second.name = "Budget frozen"
        self.env.ref("crm.lost_reason_2").unlink()
        self.env.ref("bjet_crm_setup.lost_reason_duplicate").unlink()
        before = self.env["crm.lost.reason"].search([]).ids
        self._update()
        self.assertEqual(self.env["crm.lost.reason"].search([]).ids, before)
        self.assertEqual(first.name, "Price")
        self.assertEqual(first.sequence, 77)
        self.assertEqual(second.name, "Budget frozen")

    def test_lost_opportunities_are_found_and_grouped_by_reason(self):
        reason = self.env.ref("crm.lost_reason_1")
        lost = self.env["crm.lead"].create(
            [{"name": f"Lost {number}", "type": "opportunity", "user_id": self.salesperson.id} for number in range(3)]
        )
        lost.with_user(self.salesperson).action_set_lost(lost_reason_id=reason.id)
        groups = (
            self.env["crm.lead"]
            .with_user(self.salesperson)
            ._read_group([("won_status", "=", "lost"), ("active", "=", False)], ["lost_reason_id"], ["__count"])
        )
        self.assertIn((reason.with_user(self.salesperson), 3), groups)

    def test_a_retired_name_is_not_doubled(self):
        """Where one is picked, and made by its name when it is not found, as in the pop-up Lost."""
        for model in "crm.lost.reason", "crm.team", "mail.activity.type":
            with self.subTest(model):
                records = self.env[model].with_user(self.env.user)
                retired = records.create({"name": "Old name", "active": False})
                with self.assertRaisesRegex(UserError, "“Old name” is there already, but archived"):
                    records.name_create("Old name")
                self.assertEqual(records.name_search("Old name", operator="="), [(retired.id, "Old name")])
                self.assertTrue(records.name_create("Another name"))
                retired.active = True
                self.assertTrue(records.name_create("Old name"), "As Odoo has it")

    def test_who_may_change_them(self):
        reason = self.env.ref("crm.lost_reason_1")
        for user in (self.manager, self.foreign_manager):
            reason.with_user(user).sequence = 5
            reason.with_user(user).create({"name": user.name}).unlink()
        for user in (self.salesperson, self.salesperson_all):
            self.assertTrue(reason.with_user(user).name)
            with self.assertRaises(AccessError):
                reason.with_user(user).name = "Price"
            with self.assertRaises(AccessError):
                reason.with_user(user).create({"name": "Price"})
        with self.assertRaises(AccessError):
            reason.with_user(self.portal).read(["name"])
