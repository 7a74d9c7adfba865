# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SetupCase


@tagged("post_install", "-at_install")
class TestLeadTags(SetupCase):
    """Rows T1 and T2 of the guide, but for the screens, which the tours walk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tags = cls.env["crm.tag"].create([{"name": f"Tag {number}"} for number in range(5)])
        cls.tag = cls.tags[0]
        cls.opportunities = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Opportunity {number}",
                    "type": "opportunity",
                    "user_id": user.id,
                    "company_id": user.company_id.id,
                    "team_id": False,
                    "tag_ids": [Command.set((cls.tag | cls.tags[number % 5]).ids)],
                }
                for number, user in enumerate(
                    [cls.salesperson] * 3 + [cls.salesperson_all] * 2 + [cls.foreign_manager] * 4
                )
            ]
        )
        cls.env["crm.lead"].create({"name": "Request", "type": "lead", "tag_ids": cls.tag.ids})
        cls.env["crm.lead"].create({"name": "Put away", "type": "opportunity", "tag_ids": cls.tag.ids, "active": False})

    def _count(self, user):
        return self.tag.with_user(user).opportunity_count

    def test_the_number_of_opportunities_is_what_the_viewer_may_read(self):
        self.assertEqual(self._count(self.salesperson), 3)
        self.assertEqual(self._count(self.salesperson_all), 5)
        self.assertEqual(self._count(self.manager), 5)
        self.assertEqual(self._count(self.foreign_manager), 4)

    def test_the_button_opens_what_the_number_counts(self):
        for user in (self.salesperson, self.manager, self.foreign_manager):
            action = self.tag.with_user(user).action_open_opportunities()
            self.assertEqual(action["res_model"], "crm.lead")
            found = self.env["crm.lead"].with_user(user).search(action["domain"])
            self.assertEqual(len(found), self._count(user))
            self.assertTrue(found)

    def test_the_button_needs_no_action_of_odoo(self):
        """An administrator may delete that; the cards are shown first all the same."""
        self.env.ref("crm.crm_lead_opportunities").unlink()
        action = self.tag.with_user(self.salesperson).action_open_opportunities()
        self.assertEqual((action["name"], action["views"][0][1]), ("Opportunities", "kanban"))
        self.assertEqual(len(self.env["crm.lead"].with_user(self.salesperson).search(action["domain"])), 3)

    def test_one_query_counts_for_all_tags(self):
        self.env.flush_all()
        tags = self.tags.with_user(self.manager)
        tags.read(["name", "opportunity_count"])  # warms the caches of access rights
        self.env.invalidate_all()
        with self.assertQueryCount(3):  # the user's companies, the tags, the numbers
            tags.read(["name", "opportunity_count"])

    def test_an_archived_tag_stays_on_its_opportunities(self):
        self.tag.with_user(self.manager).action_archive()
        self.env.invalidate_all()
        opportunity = self.opportunities[1]
        self.assertEqual(opportunity.with_user(self.salesperson).tag_ids, self.tag + self.tags[1])
        self.assertIn(opportunity, self.env["crm.lead"].search([("tag_ids", "=", self.tag.id)]))
        self.assertIn(opportunity, self.env["crm.lead"].search([("tag_ids", "ilike", "Tag 0")]))
        opportunity.with_user(self.salesperson).write({"tag_ids": [Command.link(self.tags[4].id)]})
        self.assertEqual(opportunity.tag_ids, self.tag + self.tags[1] + self.tags[4])
        order = self.env["sale.order"].create(
            {"partner_id": self.env["res.partner"].create({"name": "Buyer"}).id, "tag_ids": opportunity.tag_ids.ids}
        )
        self.env.invalidate_all()
        self.assertIn(self.tag, order.tag_ids)

    def test_an_archived_tag_is_not_offered(self):
        self.tag.action_archive()
        names = self.env["crm.tag"].with_user(self.salesperson).name_search("Tag")
        self.assertNotIn(self.tag.id, [tag_id for tag_id, _name in names])
        for model in ("crm.lead", "sale.order"):
            field = self.env[model].with_user(self.salesperson).fields_get(["tag_ids"], ["domain"])["tag_ids"]
            self.assertEqual(field["domain"], "[('active', '=', True)]")

    def test_the_name_of_an_archived_tag_is_taken(self):
        """In words that say where the tag is, for whoever does not see it."""
        self.tag.active = False
        tags = self.env["crm.tag"].with_user(self.salesperson)
        for make in tags.name_create, lambda name: tags.create([{"name": "New"}, {"name": name}]):
            with self.assertRaisesRegex(UserError, "archived tag “Tag 0”"):
                make("Tag 0")
        self.assertTrue(tags.name_create("Tag 6"))
        with self.assertRaisesRegex(UserError, "archived tag “Tag 0”"):
            self.tags[1].name = "Tag 0"
        self.tag.write({"name": "Tag 0", "active": True})

    def test_grouping_by_tag(self):
        groups = dict(
            self.env["crm.lead"]
            .with_user(self.manager)
            ._read_group([("type", "=", "opportunity"), ("tag_ids", "in", self.tags.ids)], ["tag_ids"], ["__count"])
        )
        self.assertEqual(groups[self.tag], 5)
        self.assertEqual(groups[self.tags[1]], 1)

    def test_tags_are_in_the_search_of_the_pipeline_and_of_leads(self):
        for xmlid in ("crm.view_crm_case_opportunities_filter", "crm.view_crm_case_leads_filter"):
            arch = self.env["crm.lead"].with_context(lang="uk_UA").get_view(self.env.ref(xmlid).id, "search")["arch"]
            self.assertRegex(arch, r'<field name="tag_ids" string="Мітки"')
            self.assertRegex(arch, r"<filter name=\"tags\" string=\"Мітки\" context=\"{'group_by': 'tag_ids'}\"")

    def test_who_may_change_them(self):
        tags = self.env["crm.tag"]
        for user in (self.manager, self.foreign_manager):
            tags.with_user(user).create({"name": user.name}).unlink()
        self.assertTrue(self.tag.with_user(self.salesperson).name)
        with self.assertRaises(AccessError):
            self.tag.with_user(self.salesperson).unlink()
        with self.assertRaises(AccessError):
            self.tag.with_user(self.portal).read(["name"])

    # Names

    def test_a_name_is_one_tags_only(self):
        """By every door, with a sentence that names it; and the transaction is good afterwards."""
        tags = self.env["crm.tag"].with_user(self.manager)
        doors = (
            lambda: tags.create({"name": "Tag 1"}),
            lambda: tags.create([{"name": "New"}, {"name": "Tag 1"}]),
            lambda: tags.name_create("Tag 1"),
            lambda: setattr(self.tags[2].with_user(self.manager), "name", "Tag 1"),
            lambda: self.tags[2].with_user(self.manager).update_field_translations("name", {"en_US": "Tag 1"}),
            lambda: tags.create([{"name": "Tag 1"}]),
        )
        for door in doors:
            with self.assertRaisesRegex(UserError, "“Tag 1”"):
                door()
            self.assertEqual(tags.search_count([("name", "=", "Tag 1")]), 1)
        result = tags.load(["name"], [["New"], ["Tag 1"]])
        self.assertFalse(result["ids"])
        self.assertIn("“Tag 1”", result["messages"][0]["message"])
        with self.assertRaisesRegex(UserError, "“Twice”"):
            tags.create([{"name": "Twice"}, {"name": "Twice"}])
        with self.assertRaisesRegex(UserError, "“Twice”"):
            self.tags[:2].with_user(self.manager).name = "Twice"
        self.tags[1].with_user(self.manager).write({"name": "Tag 1", "color": 3})  # its own name

    def test_a_name_is_one_tags_only_in_each_language(self):
        self.in_ukrainian(self.tags[1]).name = "Терміново"
        tags = self.in_ukrainian(self.env["crm.tag"]).with_user(self.manager)
        for name in ("Терміново", "Tag 1", "Tag 2"):  # the others are the same in English
            with self.subTest(name=name), self.assertRaisesRegex(UserError, f"«{name}»|“{name}”"):
                tags.create({"name": name})
        with self.assertRaisesRegex(UserError, "Терміново"):
            self.tags[2].with_user(self.manager).update_field_translations("name", {"uk_UA": "Терміново"})
        with self.assertRaisesRegex(UserError, "Терміново"):
            self.in_ukrainian(self.tags[2]).with_user(self.manager).name = "Терміново"
        self.tags[2].with_user(self.manager).update_field_translations("name", {"uk_UA": "Інше"})
        self.assertEqual(self.in_ukrainian(self.tags[2]).name, "Інше")

    def test_copies_are_told_apart_by_name(self):
        self.in_ukrainian(self.tag).name = "Мітка"
        tag = self.tag.with_user(self.manager)
        copies = tag.copy() | tag.copy() | self.in_ukrainian(tag).copy()
        self.assertEqual(copies.mapped("name"), ["Tag 0 (copy)", "Tag 0 (copy 2)", "Tag 0 (copy 3)"])
        self.assertEqual(
            self.in_ukrainian(copies).mapped("name"), ["Мітка (копія)", "Мітка (копія 2)", "Мітка (копія 3)"]
        )
        self.assertFalse(sum(copies.mapped("opportunity_count")))
        several = self.tags[1:].with_user(self.manager).copy()
        self.assertEqual(len(set(several.mapped("name"))), 4)
        self.tag.active = False
        self.assertEqual(tag.copy().name, "Tag 0 (copy 4)")
        for model in ("crm.lost.reason", "mail.activity.type"):
            record = self.env[model].create({"name": "Original"})
            self.in_ukrainian(record).name = "Оригінал"
            copy = record.copy()
            self.assertEqual((copy.name, self.in_ukrainian(copy).name), ("Original (copy)", "Оригінал (копія)"))
            self.assertEqual(record.copy({"name": "Given"}).name, "Given")

    # Retired records

    def test_the_retired_are_found_by_name_and_not_offered(self):
        team = self.env["crm.team"].create({"name": "Old channel"})
        reason = self.env["crm.lost.reason"].create({"name": "Old reason"})
        kind = self.env["mail.activity.type"].create({"name": "Old type"})
        for record in (self.tag, team, reason, kind):
            record.active = False
            name = record.name
            model = self.env[record._name].with_user(self.salesperson)
            with self.subTest(model=record._name):
                self.assertEqual(model.name_search(name, operator="="), [(record.id, name)])
                self.assertFalse(model.name_search(name))
                self.assertFalse(model.name_search(name, operator="=ilike"))
                self.assertNotIn(record.id, [found for found, _name in model.name_search("", limit=None)])
                self.assertFalse(model.name_search("Nobody", operator="="))
        namesake = self.env["crm.lost.reason"].create({"name": "Old reason"})
        self.assertEqual(reason.name_search("Old reason", operator="="), [(namesake.id, "Old reason")])

    def test_rows_that_name_the_retired_are_imported(self):
        """As exported, with and without the choice to create what is missing: by a salesperson and by a manager."""
        team = self.env["crm.team"].create({"name": "Old channel"})
        reason = self.env["crm.lost.reason"].create({"name": "Old reason"})
        (self.tag | self.tags[1]).active = team.active = reason.active = False
        fields = ["name", "type", "tag_ids", "team_id", "lost_reason_id"]
        row = ["Imported", "opportunity", "Tag 0,Tag 1,Tag 2", "Old channel", "Old reason"]
        for user in (self.salesperson, self.manager):
            for create in ({}, {"tag_ids": True, "team_id": True, "lost_reason_id": True}):
                leads = self.env["crm.lead"].with_user(user).with_context(name_create_enabled_fields=create)
                result = leads.load(fields, [row])
                self.assertEqual(result["messages"], [])
                lead = leads.browse(result["ids"])
                self.assertEqual(lead.tag_ids, self.tags[:3])
                self.assertEqual((lead.team_id, lead.lost_reason_id), (team, reason))
        every = self.env["crm.tag"].with_context(active_test=False)
        self.assertEqual(every.search_count([("name", "in", self.tags.mapped("name"))]), 5)

    def test_rows_in_english_are_imported_in_a_ukrainian_session(self):
        """What a colleague exported: a name that the session's language has otherwise is no new one."""
        stage = self.env["crm.stage"].create({"name": "English stage"})
        reason = self.env["crm.lost.reason"].create({"name": "English reason"})
        for record in self.tag, self.tags[1], stage, reason:
            record.with_context(lang="uk_UA").name = f"Українською {record.id}"
        self.tags[1].active = False
        before = self.env["crm.tag"].with_context(active_test=False).search_count([])
        for create in {}, {"tag_ids": True, "lost_reason_id": True}:
            leads = self.env["crm.lead"].with_user(self.manager)
            leads = leads.with_context(lang="uk_UA", name_create_enabled_fields=create)
            result = leads.load(
                ["name", "stage_id", "tag_ids", "lost_reason_id"],
                [["Imported", "English stage", "Tag 0,Tag 1", "English reason"]],
            )
            self.assertEqual(result["messages"], [])
            lead = leads.browse(result["ids"])
            self.assertEqual((lead.stage_id, lead.lost_reason_id, lead.tag_ids), (stage, reason, self.tags[:2]))
        self.assertEqual(self.env["crm.tag"].with_context(active_test=False).search_count([]), before)

    def test_who_reads_no_opportunities(self):
        """Rights on tags alone, as another addon may give them."""
        group = self.env["res.groups"].create({"name": "Tags alone"})
        self.env["ir.model.access"].create(
            {
                "name": "Tags",
                "model_id": self.env.ref("sales_team.model_crm_tag").id,
                "group_id": group.id,
                "perm_read": True,
            }
        )
        reader = self._new_user("setup_tags", "base.group_user")
        reader.group_ids += group
        tag = self.tag.with_user(reader)
        self.assertEqual(tag.read(["name", "opportunity_count"])[0]["opportunity_count"], 0)
        self.assertTrue(tag.name_search("Tag"))
