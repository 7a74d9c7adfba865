# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import errors

from odoo import models, modules
from odoo.tools import SQL, split_every

from .crm_lead import RULED

_logger = logging.getLogger(__name__)

UPDATE_BATCH = 5000


class CrmLead(models.Model):
    """The nightly job of predictive scoring. Odoo's own moves every probability that equals the automated one, by SQL. Those
    that a stage rules are kept out of it, and get their automated probability here."""

    _inherit = "crm.lead"

    def _update_automated_probabilities(self):
        began, ruled = self.env.cr.now(), self._search_ruled()
        super()._update_automated_probabilities()
        self._commit_job()
        (self._search_ruled([("date_last_stage_update", ">=", began)]) - ruled)._give_back_to_stages()
        self._score_ruled()
        # what could not be settled at the moment at which a stage became won, or was not any more
        self.env["crm.stage"].search([])._settle_records()  # pylint: disable=no-search-all

    def _search_ruled(self, domain=()):
        # searched, not filtered: tens of thousands of records are not read into memory for it
        return self.search([*domain, ("won_status", "=", "pending"), *RULED])

    def _pls_get_naive_bayes_probabilities(self, batch_mode=False, is_tooltip=False):
        """The nightly job asks in batch mode for what it is going to move: not what a stage rules."""
        if not batch_mode:
            return super()._pls_get_naive_bayes_probabilities(batch_mode=batch_mode, is_tooltip=is_tooltip)
        leads = self - self._search_ruled([("id", "in", self.ids)])
        # of no records, or without statistics, Odoo answers something else
        return super(CrmLead, leads)._pls_get_naive_bayes_probabilities(batch_mode=True) or ({}, {})

    def _give_back_to_stages(self):
        """The job computes first and updates later. Who dragged these into a ruling stage in between meant the stage's
        probability, also where the job found it equal to the automated one and moved both."""
        self.invalidate_recordset(["probability", "automated_probability"])
        moved = self.filtered(lambda lead: lead.probability == lead.automated_probability)
        self._store_for_job("probability", {lead.id: lead.stage_id.probability for lead in moved})

    def _score_ruled(self):
        """The automated probability of those that Odoo's own job was not given."""
        start_date = self._pls_get_safe_start_date()
        if not start_date:
            return
        ruled = self._search_ruled([("create_date", ">=", start_date)])
        for leads in split_every(UPDATE_BATCH, ruled.ids, self.browse):
            figures, __ = super(CrmLead, leads)._pls_get_naive_bayes_probabilities(batch_mode=True) or ({}, {})
            self._commit_job()
            self._store_for_job("automated_probability", figures)

    def _commit_job(self):
        """As Odoo's own job: each batch in a transaction, and a view of the database, of its own, so that nobody waits for
        its locks, and what others saved while it computed does not stop it."""
        if not modules.module.current_test:
            self.env.cr.commit()  # pylint: disable=invalid-commit

    def _store_for_job(self, name, figures):
        """Store a figure of many opportunities as Odoo's own job does: by SQL, as a change of nobody's.

        :param str name: of the field
        :param dict figures: {id: figure}
        """
        try:
            self.env.execute_query(
                SQL(
                    """UPDATE crm_lead SET %s = given.value FROM unnest(%s::int[], %s::float8[]) AS given (id, value)
                        WHERE crm_lead.id = given.id RETURNING crm_lead.id""",
                    SQL.identifier(name),
                    list(figures),
                    list(figures.values()),
                )
            )
        except errors.SerializationFailure:
            # someone saved one of them at this very moment; as in Odoo's own job, the others go on
            if modules.module.current_test:
                raise
            self.env.cr.rollback()
            _logger.warning("Lead scoring of %d opportunities has to wait for the next run.", len(figures))
        self.invalidate_model([name])
