# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import io
import re
from pathlib import Path
from unittest import skipUnless

from odoo.tests import tagged
from odoo.tools import sql
from odoo.tools.convert import convert_xml_import

from .common import SetupCase

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LANGUAGES = {"en": "en_US", "uk": "uk_UA"}
MENU = re.compile(r"CRM`? › (?:`)?([^›\n|*`).,:;“”«»]+) › ([^›\n|*`).,:;“”«»(]+)")
# what a sentence says after the name of a menu
SAYS = {"en": r" (?:says|writes|is|and|has)\b.*", "uk": r" (?:показує|натисніть|і|праворуч)\b.*"}
# named in a comment, or made only when it is needed
NOT_THERE = {"bjet_crm_setup.stage_undefined"}


@tagged("post_install", "-at_install")
@skipUnless(DOCS.is_dir(), "the pages are beside the addon in its repository only")
class TestDocumentation(SetupCase):
    """What the pages say of names, files and places is so, and their files load as they are written."""

    def blocks(self, language):
        page = (DOCS / "en" / "data-files.md").read_text()
        return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)

    def rows(self, page, columns):
        """The rows of the tables of a page whose head begins with those columns, as texts of the cells."""
        text = (DOCS / "en" / page).read_text()
        head = re.escape("| " + " | ".join(columns))
        for table in re.findall(rf"^{head}.*\n\|[-| ]+\n((?:\|.*\n)+)", text, re.MULTILINE):
            for line in table.splitlines():
                yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]

    def load(self, records, mode):
        file = io.BytesIO(f'<odoo noupdate="1">{records}</odoo>'.encode())
        file.name = "data-files.md"
        convert_xml_import(
            self.env(context={"install_mode": True}), "bjet_documentation", file, {}, mode, noupdate=True
        )

    def test_data_files_load_and_what_is_deleted_stays_deleted(self):
        records = "".join(self.blocks("xml"))
        self.load(records, "init")
        names = re.findall(r'<record id="(\w+)"', records)
        self.assertGreaterEqual(len(names), 5)
        made = [self.env.ref(f"bjet_documentation.{name}") for name in names]
        self.assertEqual(made[0].dashboard_graph_model, "account.invoice.report")
        self.assertEqual(self.env.ref("bjet_crm_setup.lost_reason_competitor").name, "Bought from a competitor")
        for record in made:
            record.unlink()
        self.load(records, "update")
        for name in names:
            self.assertFalse(self.env.ref(f"bjet_documentation.{name}", raise_if_not_found=False), name)

    def test_tables_come_in_and_a_second_time_double_nothing(self):
        tables = self.blocks("csv")
        self.assertEqual(len(tables), 5)
        for table in tables:
            header, *rows = csv.reader(io.StringIO(table))
            [xmlid] = {row[0] for row in rows}
            model = next(
                model for model in ("crm.team", "mail.activity.type", "crm.tag", "crm.lost.reason", "crm.stage")
                if re.search(rf'id="{xmlid}" model="{re.escape(model)}"', "".join(self.blocks("xml")))
            )  # fmt: skip
            directory = self.env[model].with_user(self.manager)
            first, second = (directory.load(header, rows) for _ in range(2))
            self.assertFalse(first["messages"], table)
            self.assertEqual(first["ids"], second["ids"])

    def test_fields_that_files_may_rely_on(self):
        for model, fields, _what in self.rows("data-files.md", ["model", "field", "what it is"]):
            for field in re.findall(r"`(\w+)`(?! \()", re.sub(r"\((?:`\w+`,? ?)+\)", "", fields)):
                self.assertIn(field, self.env[model.strip("`")]._fields)

    def test_values_of_the_dashboard(self):
        for field, values in self.rows("data-files.md", ["field", "values"]):
            selection = self.env["crm.team"]._fields[field.strip("`")].get_values(self.env)
            self.assertEqual(re.findall(r"`([\w.]+)`", values), selection)

    def test_external_ids(self):
        for _directory, records in self.rows("data-files.md", ["directory", "records"]):
            for xmlid in re.findall(r"`([\w.]+\.\w+)`", records):
                self.assertTrue(xmlid in NOT_THERE or self.env.ref(xmlid, raise_if_not_found=False), xmlid)

    def test_methods_over_rpc(self):
        page = (DOCS / "en" / "data-files.md").read_text().partition("## Over RPC")[2]
        named = re.findall(r"`(\w+)`", page.partition("```")[0])
        methods = [name for name in named if "_" in name]
        self.assertGreaterEqual(len(methods), 8)
        for name in methods:
            self.assertTrue(getattr(type(self.env["crm.stage"]), name).__doc__, name)
        self.assertTrue(self.env["bjet.crm.setup"].with_user(self.manager).get_overview())

    def test_columns_that_the_installation_adds(self):
        for table, columns, _values in self.rows("admin.md", ["table", "columns added", "values at installation"]):
            there = sql.table_columns(self.env.cr, table.strip("`"))
            for column in re.findall(r"`(\w+)`", columns):
                self.assertIn(column, there)

    def test_menus_are_where_the_pages_say(self):
        for language, lang in LANGUAGES.items():
            menus = self.env["ir.ui.menu"].with_user(self.env.ref("base.user_admin")).with_context(lang=lang)
            loaded = menus.load_menus(False)
            [crm] = [menu for menu in loaded.values() if menu.get("xmlid") == "crm.crm_menu_root"]
            names = {
                loaded[section]["name"]: {loaded[entry]["name"] for entry in loaded[section]["children"]}
                for section in crm["children"]
            }
            pages = [*(DOCS / language).glob("*.md"), *([*ROOT.glob("bjet_*/README.md")] if language == "en" else [])]
            found = {place for page in pages for place in MENU.findall(" ".join(page.read_text().split()))}
            self.assertGreaterEqual(len(found), 6)
            for section, entry in found:
                entry = re.sub(SAYS[language], "", entry).strip()
                self.assertIn(section.strip(), names)
                self.assertIn(entry, names[section.strip()])
