# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestApps(HttpCase):
    """An administrator finds the addon where README and admin.md say."""

    def test_it_is_among_the_applications(self):
        self.start_tour("/odoo/settings", "bjet_crm_apps", login="admin")
