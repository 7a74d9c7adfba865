# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, no_retry, tagged

from odoo.addons.web.tests import test_js


@tagged("post_install", "-at_install")
class TestUnit(HttpCase):
    """What the web client does without a server: the tests in static/tests/*.test.js, as Odoo runs its own."""

    @no_retry
    def test_unit_tests_of_the_addon(self):
        suite = test_js.HOOTCommon._generate_hash(self, "@bjet_crm_setup")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
