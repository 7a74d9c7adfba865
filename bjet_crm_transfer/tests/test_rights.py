# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import NAME, TransferCase

WIZARDS = ("bjet.crm.transfer.apply", "bjet.crm.transfer.apply.line", "bjet.crm.transfer.export")
MODELS = ("bjet.crm.transfer", "bjet.crm.transfer.history", "bjet.crm.removal", *WIZARDS)
# the rights of these are asked by model, see the access table below
OF_RECORDS = {"create", "write", "unlink", "read"}


@tagged("post_install", "-at_install")
class TestRights(TransferCase):
    """Each public method, called as RPC calls it, by everyone who may not."""

    def setUp(self):
        super().setUp()
        self.setup = self.make_setup(
            self.record("channels", f"{NAME}.team_retail", name="Retail", company_id="own"),
            self.record("tags", f"{NAME}.tag_key", name="Key account", color=3),
        )
        self.content = self.pack(self.setup)
        self.history_id = self.transfer.apply_setup(self.content)["history_id"]
        wizard = self.env["bjet.crm.transfer.apply"].with_user(self.manager)
        self.apply_id = wizard.create({"content": self.content}).id
        self.export_id = self.env["bjet.crm.transfer.export"].with_user(self.manager).create({"name": NAME}).id
        self.calls = {
            "bjet.crm.transfer": {
                "export_setup": [NAME],
                "preview_setup": [self.content],
                "apply_setup": [self.content],
                "preview_undo": [self.history_id],
                "undo_setup": [self.history_id],
                "get_offers": [],
            },
            "bjet.crm.transfer.history": {"action_undo": [[self.history_id]]},
            "bjet.crm.transfer.apply": {
                "action_preview": [[self.apply_id]],
                "action_apply": [[self.apply_id]],
                "action_back": [[self.apply_id]],
            },
            "bjet.crm.transfer.export": {"action_export": [[self.export_id]]},
        }
        # opens a screen of the other addon, which asks for the rights itself
        self.open = {"bjet.crm.transfer.apply": {"action_open_setup": [[self.apply_id]]}}

    def call(self, user, model, method, *arguments):
        return call_kw(self.env(user=user)[model], method, list(arguments), {})

    def facts(self):
        self.env.invalidate_all()
        tag = self.env.ref(f"{NAME}.tag_key")
        return self.counts(), tag.name, tag.color, self.env["bjet.crm.transfer.apply"].browse(self.apply_id).step

    def test_the_table_has_every_public_method(self):
        for model in MODELS:
            found = {
                name
                for parent in type(self.env[model]).__mro__
                if parent.__module__.startswith("odoo.addons.bjet_crm_transfer")
                for name, value in vars(parent).items()
                if inspect.isfunction(value) and not name.startswith("_")
            }
            listed = self.calls.get(model, {}).keys() | self.open.get(model, {}).keys()
            self.assertEqual(found - OF_RECORDS, listed, model)

    def test_salespeople_and_portal_users_are_refused_everywhere(self):
        before = self.facts()
        for user in (self.salesperson, self.salesperson_all, self.portal):
            for model, methods in self.calls.items():
                for method, arguments in methods.items():
                    with self.subTest(user=user.login, call=f"{model}.{method}"), self.assertRaises(AccessError):
                        self.call(user, model, method, *arguments)
        self.assertEqual(self.facts(), before)

    def test_a_manager_of_another_company_gets_nothing_of_this_one(self):
        before = self.facts()
        for model, method in (
            ("bjet.crm.transfer", "apply_setup"),
            ("bjet.crm.transfer", "preview_setup"),
            ("bjet.crm.transfer", "preview_undo"),
            ("bjet.crm.transfer", "undo_setup"),
            ("bjet.crm.transfer.history", "action_undo"),
            ("bjet.crm.transfer.apply", "action_preview"),
            ("bjet.crm.transfer.apply", "action_apply"),
            ("bjet.crm.transfer.apply", "action_back"),
            ("bjet.crm.transfer.export", "action_export"),
        ):
            # another company's channel in a file is told as a sentence, all else is a matter of rights
            refusal = UserError if method in {"apply_setup", "preview_setup"} else AccessError
            with self.subTest(f"{model}.{method}"), self.assertRaises(refusal):
                self.call(self.foreign_manager, model, method, *self.calls[model][method])
        self.assertEqual(self.facts(), before)
        exported = self.call(self.foreign_manager, "bjet.crm.transfer", "export_setup", "other_crm")
        setup = self.read(exported["content"])
        self.assertNotIn("Retail", {record.name for record in setup.records.values()})
        self.assertFalse([removal for removal in setup.removals if removal.model == "crm.team"])
        self.assertEqual(self.call(self.foreign_manager, "bjet.crm.transfer.history", "search", []), [])

    def test_a_file_on_its_way_is_its_owners(self):
        """Odoo lets everyone who may use a wizard read those of others."""
        colleague = self._new_user("setup_colleague", "sales_team.group_sale_manager")
        self.call(self.manager, "bjet.crm.transfer.export", "action_export", [self.export_id])
        self.setup.records[f"{NAME}.tag_key"].values["color"] = 7
        wizard = self.env["bjet.crm.transfer.apply"].browse(self.apply_id)
        wizard.content = self.pack(self.setup)
        self.call(self.manager, "bjet.crm.transfer.apply", "action_preview", [self.apply_id])
        line_ids = wizard.line_ids.ids
        self.assertTrue(line_ids)
        for user in (colleague, self.foreign_manager):
            for model, ids, name in (
                ("bjet.crm.transfer.export", [self.export_id], "content"),
                ("bjet.crm.transfer.apply", [self.apply_id], "content"),
                ("bjet.crm.transfer.apply.line", line_ids, "after"),
            ):
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.call(user, model, "read", ids, [name])
                self.assertEqual(self.call(user, model, "search", []), [])
        found = self.call(self.manager, "bjet.crm.transfer.export", "read", [self.export_id], ["content"])
        self.assertTrue(found[0]["content"])

    def test_nobody_writes_the_history_or_reads_its_states(self):
        values = {"title": "Never", "kind": "apply"}
        for user in (self.manager, self.foreign_manager, self.salesperson, self.salesperson_all, self.portal):
            for method, arguments in (
                ("create", [values]),
                ("write", [[self.history_id], values]),
                ("unlink", [[self.history_id]]),
                ("read", [[self.history_id], ["state_before"]]),
                ("read", [[self.history_id], ["removed"]]),
            ):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    self.call(user, "bjet.crm.transfer.history", method, *arguments)
        found = self.call(self.manager, "bjet.crm.transfer.history", "read", [self.history_id], ["title", "kind"])
        self.assertEqual(found[0]["title"], "Acme")

    def test_only_managers_remove(self):
        values = {"xmlid": f"{NAME}.tag_key", "model": "crm.tag"}
        for user in (self.salesperson, self.salesperson_all, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.call(user, "bjet.crm.removal", "create", [values])
        self.assertTrue(self.env.ref(f"{NAME}.tag_key", raise_if_not_found=False))
        self.call(self.foreign_manager, "bjet.crm.removal", "create", [{**values, "xmlid": "elsewhere.gone"}])
        foreign = {"xmlid": f"{NAME}.team_retail", "model": "crm.team"}
        with self.assertRaises(AccessError):
            self.call(self.foreign_manager, "bjet.crm.removal", "create", [foreign])
        self.assertTrue(self.env.ref(f"{NAME}.team_retail", raise_if_not_found=False))
