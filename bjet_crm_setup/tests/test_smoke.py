from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestSmoke(HttpCase):
    def test_it(self):
        self.assertIn("uk_UA", dict(self.env["res.lang"].get_installed()))
        self.browser_js("/odoo", "console.log('test successful')", login="admin")
