# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import SetupCase


class StageCase(SetupCase):
    """Stages of each kind, and scoring that always says something."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].with_context(active_test=False).search([]).unlink()
        cls.env["crm.stage"].search([]).unlink()
        Stage = cls.env["crm.stage"]
        cls.plain = Stage.create({"name": "Plain", "sequence": 1})
        cls.fixed = Stage.create({"name": "Fixed", "sequence": 2, "probability": 30, "on_change": True})
        cls.firm = Stage.create({"name": "Firm", "sequence": 3, "probability": 60, "on_change": True})
        cls.plain_too = Stage.create({"name": "Plain too", "sequence": 4})
        cls.won = Stage.create({"name": "Won", "sequence": 5, "is_won": True})
        # scoring that always says something: one won and one lost opportunity for each stage and country
        cls.country = cls.env.ref("base.ua")
        cls.other_country = cls.env.ref("base.pl")
        cls.team = cls.env["crm.team"].create({"name": "Team", "company_id": False, "use_opportunities": True})
        Frequency = cls.env["crm.lead.scoring.frequency"]
        Frequency.search([]).unlink()
        for stage, won in ((cls.plain, 20), (cls.fixed, 18), (cls.firm, 16), (cls.plain_too, 14), (cls.won, 12)):
            Frequency.create({"variable": "stage_id", "value": str(stage.id), "won_count": won, "lost_count": 10})
        for country, won in ((cls.country, 9), (cls.other_country, 2)):
            Frequency.create({"variable": "country_id", "value": str(country.id), "won_count": won, "lost_count": 5})
        cls.env["ir.config_parameter"].set_param("crm.pls_fields", "country_id")
        cls.env["ir.config_parameter"].set_param("crm.pls_start_date", "2020-01-01")
        cls.env.flush_all()

    @classmethod
    def _lead(cls, stage=None, **values):
        values = {"name": "Opportunity", "type": "opportunity", "team_id": cls.team.id, **values}
        if stage:
            values["stage_id"] = stage.id
        lead = cls.env["crm.lead"].create(values)
        cls.env.flush_all()
        return lead

    def assertProbability(self, lead, probability, source=None):
        lead.env.flush_all()
        lead.invalidate_recordset()
        self.assertAlmostEqual(lead.probability, probability, 2)
        if source is not None:
            self.assertEqual(lead.probability_source, source)

    def assertScored(self, lead):
        """As Odoo has it: the probability is what scoring says."""
        lead.env.flush_all()
        lead.invalidate_recordset()
        self.assertTrue(lead.automated_probability)
        self.assertEqual(lead.probability, lead.automated_probability)
        self.assertEqual(lead.probability_source, "scoring")
