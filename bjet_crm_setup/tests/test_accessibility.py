# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import unittest
from importlib.util import find_spec
from pathlib import Path

from odoo.tests import tagged

from .common import StageTourCase

AXE = find_spec("axe_playwright_python")


@tagged("post_install", "-at_install")
@unittest.skipUnless(AXE, "axe-core comes with the Python package axe-playwright-python")
class TestAccessibility(StageTourCase):
    """axe-core finds nothing on the addon's screens and in its dialogs, read in Ukrainian."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.axe = Path(AXE.origin).with_name("axe.min.js").read_text()
        cls.stage.write({"on_change": True, "probability": 25})
        cls.team.invoiced_target = 5000

    def audit(self, tour):
        self.walk(tour, code=f"{self.axe}; odoo.startTour({tour!r}, {{}})")

    def test_overview(self):
        self.audit("bjet_axe_setup")

    def test_dashboards(self):
        self.audit("bjet_axe_dashboards")

    def test_channel(self):
        self.audit("bjet_axe_channel")

    def test_stage_and_dialogs(self):
        self.audit("bjet_axe_stage")
