# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.arguments import check_one

PIPELINE, SALES, INVOICES = "crm.lead", "sale.report", "account.invoice.report"


class Source(NamedTuple):
    """Where the figures of a content are read."""

    model: str
    date: str
    user: str
    amount: str
    domain: list  # which records of the model


OPEN = [("type", "=", "opportunity"), ("active", "=", True), ("won_status", "=", "pending")]
UNASSIGNED = [("type", "=", "lead"), ("active", "=", True), ("user_id", "=", False)]
CONFIRMED = [("state", "=", "sale")]
POSTED = [("state", "=", "posted"), ("move_type", "in", ("out_invoice", "out_refund"))]
SOURCES = {
    PIPELINE: Source("crm.lead", "date_deadline", "user_id", "prorated_revenue", OPEN),
    SALES: Source("sale.order", "date_order", "user_id", "amount_untaxed", CONFIRMED),
    INVOICES: Source("account.move", "invoice_date", "invoice_user_id", "amount_untaxed_signed", POSTED),
}
# {counter: (model, amount, action, domain)}
LEADS, ORDERS = ("crm.lead", "expected_revenue"), ("sale.order", "amount_untaxed")
COUNTERS = {
    "opportunity": (*LEADS, "crm.crm_case_form_view_salesteams_opportunity", OPEN),
    "overdue": (*LEADS, "crm.crm_lead_action_team_overdue_opportunity", [*OPEN, ("date_deadline", "<", "today")]),
    "unassigned_lead": (*LEADS, "crm.crm_case_form_view_salesteams_lead", UNASSIGNED),
    "quotation": (*ORDERS, "sale.action_quotations_salesteams", [("state", "in", ("draft", "sent"))]),
    "to_invoice": (*ORDERS, "sale.action_orders_to_invoice_salesteams", [("invoice_status", "=", "to invoice")]),
}
SETTINGS = (
    "dashboard_graph_model",
    "dashboard_graph_period",
    "dashboard_graph_period_pipeline",
    "dashboard_graph_group",
    "dashboard_graph_group_pipeline",
)


class CrmTeam(models.Model):
    """The dashboard of a sales channel: its settings, its target, its counters, and the records behind them.

    All figures are read with the viewer's own rights, in the companies chosen at the top of the screen, and given in the
    currency of the current one at today's rates (as the footers of Odoo's lists do), except for the invoicing target
    and what is held against it, which are in the channel's currency.
    """

    _inherit = "crm.team"

    # Settings
    dashboard_graph_model = fields.Selection(
        [(PIPELINE, "Pipeline"), (SALES, "Sales"), (INVOICES, "Invoices")],
        string="Content",
        default=PIPELINE,
        compute="_compute_dashboard_graph_model",
        store=True,
        readonly=False,
        required=True,
        help="What the graph on the channel's card shows.",
    )
    dashboard_graph_period_pipeline = fields.Selection(
        [
            ("week", "Within a Week"),
            ("month", "Within a Month"),
            ("quarter", "Within a Quarter"),
            ("year", "Within a Year"),
        ],
        string="Expected to Close",
        default="month",
        required=True,
        help="The time in which the opportunities of the graph are expected to close.",
    )
    dashboard_graph_period = fields.Selection(
        [("week", "Last Week"), ("month", "Last Month"), ("quarter", "Last Quarter"), ("year", "Last Year")],
        string="Scale",
        default="month",
        required=True,
        help="The time that the graph looks back on.",
    )
    dashboard_graph_group_pipeline = fields.Selection(
        [
            ("day", "Expected Closing Day"),
            ("week", "Expected Closing Week"),
            ("month", "Expected Closing Month"),
            ("user", "Salesperson"),
            ("stage", "Stage"),
        ],
        string="Group by (Pipeline)",
        default="day",
        required=True,
        help="What each point or bar of the graph stands for.",
    )
    dashboard_graph_group = fields.Selection(
        [("day", "Day"), ("week", "Week"), ("month", "Month"), ("user", "Salesperson")],
        string="Group by",
        default="day",
        required=True,
        help="What each point or bar of the graph stands for.",
    )
    # Invoicing target
    dashboard_currency_id = fields.Many2one(
        "res.currency", string="Currency of the Target", compute="_compute_currencies"
    )
    dashboard_invoiced = fields.Float("Invoiced This Month (Posted)", compute="_compute_dashboard_invoiced")
    dashboard_invoiced_shown = fields.Boolean("Invoices Are Readable", compute="_compute_dashboard_invoiced")
    # Counters
    channel_currency_id = fields.Many2one(
        "res.currency", string="Currency of the Figures", compute="_compute_currencies"
    )
    channel_opportunity_count = fields.Integer("Number of Opportunities", compute="_compute_channel_counters")
    channel_opportunity_amount = fields.Monetary(
        "Expected Revenue", compute="_compute_channel_counters", currency_field="channel_currency_id"
    )
    channel_overdue_count = fields.Integer("Overdue Opportunities", compute="_compute_channel_counters")
    channel_overdue_amount = fields.Monetary(
        "Expected Revenue of Overdue Opportunities",
        compute="_compute_channel_counters",
        currency_field="channel_currency_id",
    )
    channel_unassigned_lead_count = fields.Integer("Unassigned Leads", compute="_compute_channel_counters")
    channel_quotation_count = fields.Integer("Number of Quotations", compute="_compute_channel_counters")
    channel_quotation_amount = fields.Monetary(
        "Untaxed Total of Quotations", compute="_compute_channel_counters", currency_field="channel_currency_id"
    )
    channel_to_invoice_count = fields.Integer("Orders to Invoice", compute="_compute_channel_counters")

    @api.constrains("use_opportunities", "dashboard_graph_model")
    def _check_dashboard_graph_model(self):
        for team in self:
            if team.dashboard_graph_model == PIPELINE and not team.use_opportunities:
                raise ValidationError(
                    self.env._(
                        "The dashboard of the sales channel “%(channel)s” cannot show the pipeline while its Pipeline"
                        " switch is off. Turn the switch on, or choose another content first.",
                        channel=team.name,
                    )
                )

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("use_opportunities")
    def _compute_dashboard_graph_model(self):
        """A channel whose pipeline goes shows its sales then."""
        for team in self:
            team.dashboard_graph_model = team._dashboard_setting("dashboard_graph_model")

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currencies(self):
        self.channel_currency_id = currency = self.env.company.currency_id
        for team in self:
            # sudo: the channel may belong to a company that the viewer did not choose at the top of the screen
            team.dashboard_currency_id = team.company_id.sudo().currency_id or currency

    @api.depends("dashboard_currency_id")
    @api.depends_context("uid", "allowed_company_ids", "tz")
    def _compute_dashboard_invoiced(self):
        """Customer invoices of this month less credit notes, posted, untaxed: what the target is about."""
        source = SOURCES[INVOICES]
        self.dashboard_invoiced_shown = self.env[source.model].has_access("read")
        today = fields.Date.context_today(self)
        domain = self._dashboard_domain(INVOICES, today.replace(day=1), today)
        figures = self._dashboard_read(source.model, domain, source.amount)
        rates = self._dashboard_rates(self.dashboard_currency_id)
        for team in self:
            currency, (__, amount) = team.dashboard_currency_id, figures[team._origin.id][None]
            team.dashboard_invoiced = currency.round(amount / rates[currency.id])

    @api.depends_context("uid", "allowed_company_ids", "tz")
    def _compute_channel_counters(self):
        for name, (model, amount, __, domain) in COUNTERS.items():
            figures = self._dashboard_read(model, self._dashboard_team_domain(model, domain), amount)
            for team in self:
                count, total = figures[team._origin.id][None]
                team[f"channel_{name}_count"] = count
                if f"channel_{name}_amount" in self._fields:
                    team[f"channel_{name}_amount"] = total

    # ------------------------------------------------------------
    # Settings
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A channel that has no pipeline shows its sales, unless told otherwise."""
        sales = {"dashboard_graph_model": SALES}
        return super().create([vals if vals.get("use_opportunities", True) else sales | vals for vals in vals_list])

    def copy_data(self, default=None):
        """A copy has what the original shows, even if no one could choose it any more."""
        vals_list = super().copy_data(default)
        for team, vals in zip(self, vals_list, strict=True):
            vals.update({name: team._dashboard_setting(name) for name in SETTINGS if name not in (default or {})})
        return vals_list

    def _dashboard_setting(self, name):
        """What holds for a setting.

        A value that is none of the choices, in a database that was carried over from another version, counts as unset;
        and without a pipeline there is none to be shown.
        """
        field = self._fields[name]
        value = self[name] if self[name] in field.get_values(self.env) else field.default(self)
        return SALES if value == PIPELINE and not self.use_opportunities else value

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    @api.readonly
    def action_open_opportunities(self):
        """Return the action that opens the channel's open opportunities, see `_dashboard_action`."""
        return self._dashboard_counter_action("opportunity", default_type="opportunity")

    @api.readonly
    def action_open_opportunities_overdue(self):
        """Return the action that opens those of them whose Expected Closing has passed, see `_dashboard_action`."""
        return self._dashboard_counter_action("overdue", default_type="opportunity")

    @api.readonly
    def action_open_leads_unassigned(self):
        """Return the action that opens the channel's leads that nobody is assigned to, see `_dashboard_action`."""
        return self._dashboard_counter_action("unassigned_lead", default_type="lead")

    @api.readonly
    def action_open_quotations(self):
        """Return the action that opens the channel's quotations, sent or not, see `_dashboard_action`."""
        return self._dashboard_counter_action("quotation")

    @api.readonly
    def action_open_orders_to_invoice(self):
        """Return the action that opens the channel's orders that wait for an invoice, see `_dashboard_action`."""
        return self._dashboard_counter_action("to_invoice")

    def _dashboard_counter_action(self, counter, **context):
        model, __, xmlid, domain = COUNTERS[counter]
        return self._dashboard_action(xmlid, self._dashboard_team_domain(model, domain), **context)

    def _dashboard_action(self, xmlid, domain, **context):
        """What a figure of the card opens: the records behind it, as far as the caller may read them.

        :raise UserError: when this is not one channel
        :raise AccessError: for anyone who may not read the channel
        """
        check_one(self)
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(xmlid),
            "domain": list(domain),
            "context": {"default_team_id": self.id, **context},
        }

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    def _dashboard_domain(self, content, first, last):
        """The records of these channels that a graph of this content counts, within a span of days."""
        source = SOURCES[content]
        # where the records have moments, days are the user's for Odoo
        span = [(source.date, ">=", first), (source.date, "<", last + timedelta(days=1))]
        return self._dashboard_team_domain(source.model, [*source.domain, *span])

    def _dashboard_team_domain(self, model, domain):
        """The records of these channels, in the chosen companies; an opportunity may be of no company."""
        companies = [*self.env.companies.ids, *([False] if model == "crm.lead" else [])]
        return Domain(domain) & Domain("team_id", "in", self._origin.ids) & Domain("company_id", "in", companies)

    def _dashboard_read(self, model, domain, amount, bucket=None):
        """Read figures of these channels, as the viewer may: one query, however many channels.

        :param bucket: a group-by within the channel
        :return: ``{team id: {bucket: [number, amount in the currency of the current company]}}``, the bucket as JSON can say
            it, None without a group-by; zeros where there is nothing, and for a viewer who may not read the records
        """
        figures = defaultdict(lambda: defaultdict(lambda: [0, 0.0]))
        if not self._origin.ids or not self.env[model].has_access("read"):
            return figures
        # what amounts of one currency have in common: the currency, or the company that has it
        holder = "currency_id" if model == "sale.order" else "company_id"
        groupby = ["team_id", holder, *([bucket] if bucket else [])]
        # in the user's own timezone, when the caller's context has none
        documents = self.env[model].with_context(tz=self.env.tz.zone)
        rows = documents._read_group(domain, groupby, ["__count", f"{amount}:sum"])
        currencies = [
            held if held._name == "res.currency" else (held or self.env.company).currency_id for __, held, *__ in rows
        ]
        rates = self._dashboard_rates(self.env["res.currency"].union(*currencies))
        for (team, __, *keys, number, total), currency in zip(rows, currencies, strict=True):
            figure = figures[team.id][self._dashboard_key(*keys)]
            figure[0] += number
            figure[1] += total * rates[currency.id]
        return figures

    @api.model
    def _dashboard_key(self, value=None):
        """A bucket that a grouped query gave, as JSON can say it."""
        if isinstance(value, models.BaseModel):
            return value.id
        return value and value.strftime("%Y-%m-%d")  # a date, or a local datetime

    @api.model
    def _dashboard_rates(self, currencies):
        """What one unit of each currency is worth today in that of the current company."""
        company = self.env.company
        if currencies <= company.currency_id:
            return {company.currency_id.id: 1.0}
        rates = (currencies | company.currency_id)._get_rates(company, fields.Date.context_today(self))
        return {currency: rates[company.currency_id.id] / rate for currency, rate in rates.items()}
