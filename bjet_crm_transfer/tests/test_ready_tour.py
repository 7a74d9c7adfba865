# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.bjet_crm_setup.tests.common import SetupTourCase


@tagged("post_install", "-at_install")
class TestReadyTour(SetupTourCase):
    """From the installation to a working pipeline, and back."""

    def test_an_empty_company_takes_a_ready_made_set_up_and_takes_it_back(self):
        company = self.env["res.company"].create({"name": "Порожня компанія"})
        manager = self._new_user("ready_manager", "sales_team.group_sale_manager", company=company)
        export = self.env["bjet.crm.transfer"].with_user(manager).export_setup
        before = export("acme_crm")
        self.walk("bjet_crm_ready_made", user=manager, timeout=180)
        self.assertEqual(export("acme_crm"), before)
        applied, undone = self.env["bjet.crm.transfer.history"].search([("company_id", "=", company.id)], order="id")
        self.assertEqual((applied.kind, undone.kind, undone.undone_id), ("apply", "undo", applied))
        self.assertEqual((applied.user_id, undone.user_id), (manager, manager))
