# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.bjet_crm_setup.tests.common import UKRAINIAN

from ..setup_file import state
from .common import NAME, TransferCase

REASON = "crm.lost_reason_2"


class EdgeCase(TransferCase):
    def apply(self, setup, **options):
        return self.transfer.apply_setup(self.pack(setup), **options)

    def removing(self, *removals, directories):
        setup = self.make_setup(directories=directories)
        setup.removals = [state.Removal(*removal) for removal in removals]
        return setup


@tagged("post_install", "-at_install")
class TestUndoneUndo(EdgeCase):
    """An undo taken back gives all that the apply did, the ids and the tombstones included."""

    def test_a_record_that_was_recognised_is_the_same_again(self):
        tag = self.env["crm.tag"].create({"name": "Key account", "color": 3})
        xmlid = f"{NAME}.tag_key"
        applied = self.apply(self.make_setup(self.record("tags", xmlid, uk="Ключовий", name="Key account", color=3)))
        after = self.export()
        undone = self.transfer.undo_setup(applied["history_id"])
        self.assertFalse(self.env.ref(xmlid, raise_if_not_found=False))
        preview = self.transfer.preview_undo(undone["history_id"])
        self.assertEqual(self.kinds(preview), {("change", xmlid)})
        again = self.transfer.undo_setup(undone["history_id"])
        self.assertEqual(self.env.ref(xmlid), tag)
        self.assertEqual(self.export(), after)
        self.transfer.undo_setup(again["history_id"])
        self.assertFalse(self.env.ref(xmlid, raise_if_not_found=False))
        self.assertEqual(self.in_ukrainian(tag).name, "Key account")

    def test_what_was_archived_counts_as_gone_again(self):
        reason = self.env.ref(REASON)
        self.env["crm.lead"].create({"name": "Lost", "type": "opportunity", "lost_reason_id": reason.id})
        before = self.export()
        applied = self.apply(self.removing((REASON, "crm.lost.reason"), directories=["lost_reasons"]))
        after = self.export()
        undone = self.transfer.undo_setup(applied["history_id"])
        self.assertEqual(self.export(), before, "the title of what was taken back is none either")
        self.assertTrue(reason.active)
        self.transfer.undo_setup(undone["history_id"])
        self.assertFalse(reason.active)
        self.assertEqual(self.export(), after)

    def test_what_was_gone_before_is_kept_away_again(self):
        self.env.ref(REASON).unlink()
        removals = self.env["bjet.crm.removal"]
        removals.search([]).unlink()
        setup = self.removing((REASON, "crm.lost.reason"), directories=["tags", "lost_reasons"])
        setup.records[f"{NAME}.tag_new"] = self.record("tags", f"{NAME}.tag_new", name="New")
        applied = self.apply(setup.normalise())
        self.assertEqual(removals.search([]).mapped("xmlid"), [REASON])
        undone = self.transfer.undo_setup(applied["history_id"])
        self.assertFalse(removals.search([]))
        self.transfer.undo_setup(undone["history_id"])
        self.assertEqual(removals.search([]).mapped("xmlid"), [REASON])

    def test_records_that_got_an_id_since_keep_their_place(self):
        stages = self.env["crm.stage"].create([{"name": name, "sequence": 50} for name in ("One", "Two", "Three")])
        setup = self.make_setup(
            self.record("stages", f"{NAME}.stage_new", name="New"),
            self.record("stages", "crm.stage_lead4", name="Won", is_won=True),
            self.record("stages", "crm.stage_lead1", name="New one"),
        )
        order = self.env["crm.stage"].search([])
        applied = self.apply(setup)
        self.export("other_crm")
        stages[1].name = "Second"
        self.transfer.undo_setup(applied["history_id"])
        self.assertEqual(self.env["crm.stage"].search([]), order)
        self.assertEqual(stages[1].name, "Second")


@tagged("post_install", "-at_install")
class TestForeignRemovals(EdgeCase):
    """A removal is of what the caller sees in that directory, and of nothing else."""

    def test_another_companys_channel_stays(self):
        sales = self.env.ref("sales_team.team_sales_department")
        sales.write({"member_ids": [Command.clear()], "user_id": False})
        sales.company_id = self.foreign_company
        setup = self.removing(("sales_team.team_sales_department", "crm.team"), directories=["channels"])
        self.assertEqual(self.transfer.preview_setup(self.pack(setup))["changes"], [])
        self.apply(setup)
        self.assertTrue(sales.exists() and sales.active)
        self.assertFalse(self.env["bjet.crm.removal"].search([]))

    def test_an_activity_type_of_another_app_stays(self):
        kind = self.env["mail.activity.type"].create({"name": "Of orders", "res_model": "sale.order"})
        self.env["ir.model.data"]._update_xmlids([{"xml_id": "elsewhere.kind", "record": kind, "noupdate": True}])
        setup = self.removing(("elsewhere.kind", "mail.activity.type"), directories=["activity_types"])
        self.assertEqual(self.transfer.preview_setup(self.pack(setup))["changes"], [])
        self.apply(setup)
        self.assertTrue(kind.exists() and kind.active)

    def test_a_record_of_another_directory_or_model_is_refused(self):
        for xmlid in ("crm.stage_lead3", "base.main_company"):
            content = self.pack(self.removing((xmlid, "crm.tag"), directories=["tags", "stages"]))
            for call in (self.transfer.preview_setup, self.transfer.apply_setup):
                with self.assertRaisesRegex(UserError, f"not yours to change.*{xmlid}"):
                    call(content)
        self.assertTrue(self.env.ref("crm.stage_lead3").exists())

    def test_wrong_values_are_refused(self):
        removals = self.env["bjet.crm.removal"].with_user(self.manager)
        for values in (
            {},
            {"xmlid": False},
            {"xmlid": 5},
            {"xmlid": ["a.b"]},
            {"xmlid": "nodot"},
            {"xmlid": "crm.stage_lead3", "model": "crm.tag"},
            {"xmlid": "a.b", "model": "res.users"},
            {"xmlid": "bjet_crm_setup.stage_undefined", "model": "crm.stage"},
        ):
            self.env["crm.stage"]._ensure_undefined()
            with self.subTest(values), self.assertRaises(UserError):
                removals.create([values])
        twice = removals.create([{"xmlid": REASON, "model": "crm.lost.reason"}] * 2)
        self.assertEqual(len(set(twice.ids)), 1)


@tagged("post_install", "-at_install")
class TestTold(EdgeCase):
    """The preview and the history say what becomes of things, not what stood in a file."""

    def test_what_goes_or_changes_too_uses_nothing(self):
        xmlids = [f"{NAME}.{name}" for name in ("team", "stage", "type")]
        applied = self.apply(
            self.make_setup(
                self.record("channels", xmlids[0], name="Team", company_id="own"),
                self.record("stages", xmlids[1], name="Stage", team_ids=[xmlids[0]]),
                self.record("activity_types", xmlids[2], name="Type"),
                self.record(
                    "activity_types", "mail.mail_activity_data_call", name="Call", suggested_next_type_ids=[xmlids[2]]
                ),
            )
        )
        preview = self.transfer.preview_undo(applied["history_id"])
        removed = {change["xmlid"]: change["used"] for change in preview["changes"] if change["kind"] == "remove"}
        self.assertEqual(removed, dict.fromkeys(xmlids, 0))
        self.transfer.undo_setup(applied["history_id"], preview["fingerprint"])
        self.assertFalse([xmlid for xmlid in xmlids if self.env.ref(xmlid, raise_if_not_found=False)])

    def test_what_a_server_action_sets_is_in_use(self):
        tag = self.env["crm.tag"].create({"name": "Set by an action"})
        self.env["ir.model.data"]._update_xmlids([{"xml_id": "elsewhere.tag", "record": tag, "noupdate": True}])
        action = self.env["ir.actions.server"].create(
            {"name": "Tag it", "model_id": self.env["ir.model"]._get_id("crm.lead"), "state": "object_write"}
        )
        action.resource_ref = f"crm.tag,{tag.id}"
        self.env.flush_all()
        uses = self.env["bjet.crm.removal"]._count_uses("crm.tag", [tag.id, tag.id + 1])
        self.assertEqual(uses, {tag.id: 1})

    def test_what_one_company_uses_alone_is_in_use(self):
        tag = self.env["crm.tag"].create({"name": "Of one company"})
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_tag_id",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "ttype": "many2one",
                "relation": "crm.tag",
                "company_dependent": True,
            }
        )
        self.addCleanup(self.env.registry.reset_changes)
        partner = self.env["res.partner"].create({"name": "Partner"})
        partner.with_company(self.foreign_company)[field.name] = tag
        self.env.flush_all()
        self.assertEqual(self.env["bjet.crm.removal"]._count_uses("crm.tag", tag.ids), {tag.id: 1})

    def test_the_history_tells_a_kept_value_as_kept(self):
        tag = self.env["crm.tag"].create({"name": "Key account", "color": 5})
        setup = self.make_setup(self.record("tags", f"{NAME}.tag_key", name="Key account", color=3))
        wizard = self.env["bjet.crm.transfer.apply"].with_user(self.manager).create({"content": self.pack(setup)})
        wizard.action_preview()
        self.assertEqual(wizard.recognised, "Key account")
        self.assertIn(self.env.user.name, wizard.line_ids.who, "it is known although it has no id yet")
        wizard.action_apply()
        told = wizard.result_id.differences
        self.assertIn("Kept as it is here", told)
        self.assertNotIn("Changed on both sides", told)
        self.assertEqual(tag.color, 5)

    def test_a_new_record_is_told_without_what_any_new_one_has(self):
        setup = self.make_setup(
            self.record(
                "activity_types", f"{NAME}.visit", name="Visit", delay_count=2, delay_unit="days", icon="fa-car"
            )
        )
        wizard = self.env["bjet.crm.transfer.apply"].with_user(self.manager).with_context(lang="en_US")
        wizard = wizard.create({"content": self.pack(setup)})
        wizard.action_preview()
        self.assertIn("fa-car", wizard.line_ids.after)
        self.assertNotIn("days", wizard.line_ids.after)


@tagged("post_install", "-at_install")
class TestNames(EdgeCase):
    def tags(self, **names):
        """Tags by id: their English names, their Ukrainian ones behind a slash."""
        return self.make_setup(
            *(
                self.record(
                    "tags", f"{NAME}.{xmlid}", uk=called.partition("/")[2] or None, name=called.partition("/")[0]
                )
                for xmlid, called in names.items()
            )
        )

    def test_two_tags_of_one_ukrainian_name_are_refused(self):
        with self.assertRaisesRegex(UserError, "Однакова"):
            self.apply(self.tags(a="A/Однакова", b="B/Однакова"))
        self.apply(self.tags(a="A/Одна", b="B/Інша"))
        with self.assertRaisesRegex(UserError, "Одна"):
            self.apply(self.tags(a="A/Одна", b="B/Одна"))
        self.assertEqual(self.in_ukrainian(self.env.ref(f"{NAME}.b")).name, "Інша")

    def test_names_change_places(self):
        self.apply(self.tags(a="A/Одна", b="B/Інша", c="C"))
        self.apply(self.tags(a="B/Інша", b="C/Одна", c="A", d="D"))
        names = [self.env.ref(f"{NAME}.{xmlid}").name for xmlid in "abcd"]
        self.assertEqual(names, ["B", "C", "A", "D"])
        self.apply(self.tags(a="B/Інша", b="Before/Одна", c="A", d="D", e="C"))
        self.assertEqual(self.env.ref(f"{NAME}.e").name, "C")

    def test_a_value_that_a_selection_has_not_is_told_in_words(self):
        setup = self.make_setup(self.record("activity_types", f"{NAME}.x", name="Visit", category="teleport"))
        for call in (self.transfer.preview_setup, self.transfer.apply_setup):
            with self.assertRaisesRegex(UserError, "Activity Types, “Visit”: .*Category.*teleport"):
                getattr(self.transfer.with_context(lang="en_US"), call.__name__)(self.pack(setup))
            with self.assertRaisesRegex(UserError, "Типи діяльності, «Visit»: .*Категорія.*teleport"):
                getattr(self.transfer.with_context(lang=UKRAINIAN), call.__name__)(self.pack(setup))

    def test_archived_people_are_no_part(self):
        user = self._new_user("gone_member", "sales_team.group_sale_salesman")
        self.env["crm.team"].create(
            {"name": "Retail", "user_id": user.id, "member_ids": [Command.set([user.id, self.salesperson.id])]}
        )
        user.active = False
        content = self.export(people=True)
        values = self.read(content).records[f"{NAME}.team_retail"].values
        self.assertEqual((values["user_id"], values["member_ids"]), (False, [self.salesperson.login]))
        preview = self.transfer.preview_setup(content)
        self.assertEqual((preview["missing_people"], preview["changes"]), ([], []))

    def test_a_title_of_blanks_is_none(self):
        self.assertEqual(self.read(self.export(title="  ")).title, "Acme crm")
