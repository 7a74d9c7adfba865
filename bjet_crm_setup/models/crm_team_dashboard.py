# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import get_lang

from ..tools import periods
from ..tools.arguments import check_one, is_id

PIPELINE, SALES, INVOICES = "crm.lead", "sale.report", "account.invoice.report"


class Source(NamedTuple):
    """Where the figures of a content are read."""

    model: str
    date: str
    user: str
    amount: str
    holder: str  # what amounts of one currency have in common: the currency, or the company that has it
    action: str  # the views that show the records behind a figure


SOURCES = {
    PIPELINE: Source(
        "crm.lead",
        "date_deadline",
        "user_id",
        "prorated_revenue",
        "company_id",
        "bjet_crm_setup.crm_lead_action_dashboard",
    ),
    SALES: Source(
        "sale.order",
        "date_order",
        "user_id",
        "amount_untaxed",
        "currency_id",
        "bjet_crm_setup.sale_order_action_dashboard",
    ),
    INVOICES: Source(
        "account.move",
        "invoice_date",
        "invoice_user_id",
        "amount_untaxed_signed",
        "company_id",
        "bjet_crm_setup.account_move_action_dashboard",
    ),
}
# Heights of the greyed graph of a channel without figures; only their shape is seen
SAMPLE = (4, 7, 5, 9, 8, 12, 10, 14)


class GraphSetup(NamedTuple):
    """What a graph shows. Channels that agree on it are read together."""

    content: str
    period: str
    group: str

    def span(self, today):
        if self.content == PIPELINE:
            return periods.span_after(today, self.period)
        return periods.span_before(today, self.period)


class CrmTeam(models.Model):
    """The dashboard of a sales channel: its settings, its graph, its counters, and the records behind them.

    All figures are read with the viewer's own rights, in the companies chosen at the top of the screen, and given in the
    currency of the current one at today's rates (as the footers of Odoo's lists do), except for the invoicing target
    and what is held against it, which are in the channel's currency.
    """

    _inherit = "crm.team"

    # Settings
    dashboard_graph_model = fields.Selection(
        [(PIPELINE, "Pipeline"), (SALES, "Sales"), (INVOICES, "Invoices")],
        string="Content",
        compute="_compute_dashboard_graph_model",
        store=True,
        readonly=False,
        precompute=True,
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
    # Graph
    dashboard_graph_type = fields.Selection(
        [("line", "Line"), ("bar", "Bar")], string="Type of Graph", compute="_compute_dashboard_graph_type"
    )
    dashboard_graph_data = fields.Text("Graph", compute="_compute_dashboard_graph_data")
    dashboard_graph_message = fields.Char("Reason for No Graph", compute="_compute_dashboard_graph_data")
    # Invoicing target
    dashboard_currency_id = fields.Many2one(
        "res.currency", string="Currency of the Target", compute="_compute_dashboard_currency_id"
    )
    dashboard_invoiced = fields.Float("Invoiced This Month (Posted)", compute="_compute_dashboard_invoiced")
    dashboard_invoiced_shown = fields.Boolean("Invoices Are Readable", compute="_compute_dashboard_invoiced")
    # Counters
    dashboard_company_currency_id = fields.Many2one(
        "res.currency", string="Currency of the Figures", compute="_compute_dashboard_company_currency_id"
    )
    opportunities_count = fields.Integer("Number of Opportunities", compute="_compute_opportunities")
    opportunities_amount = fields.Monetary(
        "Expected Revenue", compute="_compute_opportunities", currency_field="dashboard_company_currency_id"
    )
    opportunities_overdue_count = fields.Integer("Overdue Opportunities", compute="_compute_opportunities_overdue")
    opportunities_overdue_amount = fields.Monetary(
        "Expected Revenue of Overdue Opportunities",
        compute="_compute_opportunities_overdue",
        currency_field="dashboard_company_currency_id",
    )
    unassigned_leads_count = fields.Integer("Unassigned Leads", compute="_compute_unassigned_leads_count")
    quotations_count = fields.Integer("Number of Quotations", compute="_compute_quotations")
    quotations_amount = fields.Monetary(
        "Untaxed Total of Quotations", compute="_compute_quotations", currency_field="dashboard_company_currency_id"
    )
    sales_to_invoice_count = fields.Integer("Orders to Invoice", compute="_compute_sales_to_invoice_count")

    # ------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------

    @api.constrains("use_opportunities", "dashboard_graph_model")
    def _check_dashboard_graph_model(self):
        for team in self:
            if team.dashboard_graph_model == PIPELINE and not team.use_opportunities:
                raise ValidationError(
                    self.env._(
                        "The dashboard of the sales channel %(channel)s cannot show the pipeline while its Pipeline switch"
                        " is off. Turn the switch on, or choose another content first.",
                        channel=team.name,
                    )
                )

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("use_opportunities")
    def _compute_dashboard_graph_model(self):
        """The pipeline, or the sales of a channel that has none; a channel whose pipeline goes shows its sales then."""
        for team in self:
            if not team.use_opportunities and team.dashboard_graph_model in (False, PIPELINE):
                team.dashboard_graph_model = SALES
            elif not team.dashboard_graph_model:
                team.dashboard_graph_model = PIPELINE

    @api.depends("dashboard_graph_model", "dashboard_graph_group", "dashboard_graph_group_pipeline")
    def _compute_dashboard_graph_type(self):
        for team in self:
            group = team._dashboard_graph_setup().group
            team.dashboard_graph_type = "line" if group in periods.UNITS else "bar"

    @api.depends(
        "dashboard_graph_model",
        "dashboard_graph_period",
        "dashboard_graph_period_pipeline",
        "dashboard_graph_group",
        "dashboard_graph_group_pipeline",
    )
    @api.depends_context("uid", "allowed_company_ids", "lang", "tz")
    def _compute_dashboard_graph_data(self):
        """The graph, as the JSON that the web client's `dashboard_graph` widget reads.

        Each value also has the ``key`` that, with the ``source`` of the graph, lets `action_open_dashboard_graph` find
        its records.
        """
        self.dashboard_graph_data = False
        self.dashboard_graph_message = False
        for setup, teams in self.grouped(lambda team: team._dashboard_graph_setup()).items():
            if not setup.content:
                continue
            if not self._dashboard_may_read(setup.content):
                teams.dashboard_graph_message = self._dashboard_unreadable(setup.content)
                continue
            for team, graph in teams._dashboard_graphs(setup):
                team.dashboard_graph_data = json.dumps([graph], ensure_ascii=False, separators=(",", ":"))

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_dashboard_currency_id(self):
        for team in self:
            # sudo: the channel may belong to a company that the viewer did not choose at the top of the screen
            team.dashboard_currency_id = team.company_id.sudo().currency_id or self.env.company.currency_id

    @api.depends_context("company")
    def _compute_dashboard_company_currency_id(self):
        self.dashboard_company_currency_id = self.env.company.currency_id

    @api.depends("dashboard_currency_id")
    @api.depends_context("uid", "allowed_company_ids", "tz")
    def _compute_dashboard_invoiced(self):
        """Customer invoices of this month less credit notes, posted, untaxed: what the target is about."""
        self.dashboard_invoiced = 0
        source = SOURCES[INVOICES]
        self.dashboard_invoiced_shown = may_read = self.env[source.model].has_access("read")
        if not may_read:
            return
        today = fields.Date.context_today(self)
        rows = self._dashboard_read(
            source.model, self._dashboard_domain(INVOICES, today.replace(day=1), today), source.amount, source.holder
        )
        rates = self._dashboard_rates(self.dashboard_currency_id.union(*(currency for __, __, currency, *__ in rows)))
        sums = defaultdict(float)
        for team, __, currency, __, total in rows:
            sums[team] += total * rates[currency.id]
        for team in self:
            currency = team.dashboard_currency_id
            team.dashboard_invoiced = currency.round(sums[team._origin.id] / rates[currency.id])

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_opportunities(self):
        figures = self._dashboard_count("crm.lead", self._dashboard_open_domain(), "expected_revenue", "company_id")
        for team in self:
            team.opportunities_count, team.opportunities_amount = figures[team._origin.id]

    @api.depends_context("uid", "allowed_company_ids", "tz")
    def _compute_opportunities_overdue(self):
        figures = self._dashboard_count("crm.lead", self._dashboard_overdue_domain(), "expected_revenue", "company_id")
        for team in self:
            team.opportunities_overdue_count, team.opportunities_overdue_amount = figures[team._origin.id]

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_unassigned_leads_count(self):
        figures = self._dashboard_count(
            "crm.lead", self._dashboard_unassigned_domain(), "expected_revenue", "company_id"
        )
        for team in self:
            team.unassigned_leads_count = figures[team._origin.id][0]

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_quotations(self):
        domain = self._dashboard_quotations_domain()
        figures = self._dashboard_count("sale.order", domain, "amount_untaxed", "currency_id")
        for team in self:
            team.quotations_count, team.quotations_amount = figures[team._origin.id]

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sales_to_invoice_count(self):
        domain = self._dashboard_to_invoice_domain()
        figures = self._dashboard_count("sale.order", domain, "amount_untaxed", "currency_id")
        for team in self:
            team.sales_to_invoice_count = figures[team._origin.id][0]

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    @api.readonly
    def action_open_dashboard_graph(self, source, key):
        """Open the records behind one point or bar of the channel's graph: those whose amounts it sums up.

        :param dict source: the ``source`` of the graph in `dashboard_graph_data`: ``content``, ``group``, and the ``first``
            and ``last`` day of its span, as ISO dates
        :param key: the ``key`` of the value: the ISO date of the first day of a day, week or month; the id of a stage; the
            id of a user, or False for records that nobody is assigned to
        :return: the window action
        :raise UserError: when no graph has such a point, or this is not one channel
        :raise AccessError: for anyone who may not read the channel
        """
        check_one(self)
        self.check_access("read")
        try:
            content, group = source["content"], source["group"]
            first, last = periods.parse_day(source["first"]), periods.parse_day(source["last"])
            label = None
            if group in periods.UNITS:
                start = periods.parse_day(key)
                first, last = periods.bucket_span(start, group, first, last)
                domain = self._dashboard_domain(content, first, last)
                label = self._dashboard_bucket_label(start, group)
            elif group == "user" or (group, content) == ("stage", PIPELINE):
                field = SOURCES[content].user if group == "user" else "stage_id"
                documents = self.env[SOURCES[content].model]
                if key is not False and not is_id(key):
                    raise ValueError(f"{key!r} is nobody's id")
                domain = self._dashboard_domain(content, first, last) & Domain(field, "=", key)
                if key:
                    if not documents.search_count(domain, limit=1):
                        raise ValueError("No graph has such a bar")
                    # sudo: the graph shows the name already
                    label = documents[field].browse(key).sudo().display_name
            else:
                raise ValueError(f"No graph by {group!r}")
        except (KeyError, TypeError, ValueError, OverflowError):
            raise UserError(self.env._("This graph is out of date: reload the page, and click on it again.")) from None
        action = self._dashboard_action(SOURCES[content].action, domain)
        action["display_name"] = f"{self.name}: {label or self.env._('Unassigned')}"
        return action

    @api.readonly
    def action_open_opportunities(self):
        """Open the channel's open opportunities: those that `opportunities_count` counts.

        :return: the window action, showing what the caller may read
        :raise UserError: when this is not one channel
        :raise AccessError: for anyone who may not read the channel
        """
        return self._dashboard_action(
            "crm.crm_case_form_view_salesteams_opportunity",
            self._dashboard_open_domain(),
            default_type="opportunity",
        )

    @api.readonly
    def action_open_opportunities_overdue(self):
        """Open the channel's open opportunities whose Expected Closing has passed.

        :return: the window action, showing what the caller may read
        :raise UserError: when this is not one channel
        :raise AccessError: for anyone who may not read the channel
        """
        return self._dashboard_action(
            "crm.crm_lead_action_team_overdue_opportunity",
            self._dashboard_overdue_domain(),
            default_type="opportunity",
        )

    @api.readonly
    def action_open_leads_unassigned(self):
        """Open the channel's leads that nobody is assigned to.

        :return: the window action, showing what the caller may read
        :raise UserError: when this is not one channel
        :raise AccessError: for anyone who may not read the channel
        """
        return self._dashboard_action(
            "crm.crm_case_form_view_salesteams_lead", self._dashboard_unassigned_domain(), default_type="lead"
        )

    @api.readonly
    def action_open_quotations(self):
        """Open the channel's quotations, sent or not.

        :return: the window action, showing what the caller may read
        :raise UserError: when this is not one channel
        :raise AccessError: for anyone who may not read the channel
        """
        return self._dashboard_action("sale.action_quotations_salesteams", self._dashboard_quotations_domain())

    @api.readonly
    def action_open_orders_to_invoice(self):
        """Open the channel's sales orders that wait for an invoice.

        :return: the window action, showing what the caller may read
        :raise UserError: when this is not one channel
        :raise AccessError: for anyone who may not read the channel
        """
        return self._dashboard_action("sale.action_orders_to_invoice_salesteams", self._dashboard_to_invoice_domain())

    def _dashboard_action(self, xmlid, domain, **context):
        check_one(self)
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(xmlid),
            "domain": list(domain),
            "context": {"default_team_id": self.id, **context},
        }

    # ------------------------------------------------------------
    # What the figures are about
    # ------------------------------------------------------------

    def _dashboard_domain(self, content, first, last):
        """The records of these channels that a graph of this content counts, within a span of days."""
        date = SOURCES[content].date
        if content == PIPELINE:
            domain = self._dashboard_open_domain()
        elif content == SALES:
            domain = self._dashboard_orders_domain() & Domain("state", "=", "sale")
        else:
            domain = self._dashboard_team_domain() & Domain(
                [("state", "=", "posted"), ("move_type", "in", ("out_invoice", "out_refund"))]
            )
        if content == SALES:
            start, end = periods.utc_span(first, last, self.env.tz)
            return domain & Domain(date, ">=", start) & Domain(date, "<", end)
        return domain & Domain(date, ">=", first) & Domain(date, "<=", last)

    def _dashboard_team_domain(self, *companies):
        return Domain("team_id", "in", self._origin.ids) & Domain(
            "company_id", "in", [*self.env.companies.ids, *companies]
        )

    def _dashboard_leads_domain(self, kind):
        return self._dashboard_team_domain(False) & Domain([("type", "=", kind), ("active", "=", True)])

    def _dashboard_open_domain(self):
        return self._dashboard_leads_domain("opportunity") & Domain("won_status", "=", "pending")

    def _dashboard_overdue_domain(self):
        return self._dashboard_open_domain() & Domain("date_deadline", "<", fields.Date.context_today(self))

    def _dashboard_unassigned_domain(self):
        return self._dashboard_leads_domain("lead") & Domain("user_id", "=", False)

    def _dashboard_orders_domain(self):
        return self._dashboard_team_domain()

    def _dashboard_quotations_domain(self):
        return self._dashboard_orders_domain() & Domain("state", "in", ("draft", "sent"))

    def _dashboard_to_invoice_domain(self):
        return self._dashboard_orders_domain() & Domain("invoice_status", "=", "to invoice")

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    @api.model
    def _dashboard_may_read(self, content):
        return self.env[content].has_access("read") and self.env[SOURCES[content].model].has_access("read")

    @api.model
    def _dashboard_unreadable(self, content):
        if content == INVOICES:
            return self.env._(
                "This channel shows the analysis of its invoices, and you have no right to read it. An administrator can give it to you."
            )
        return self.env._("You have no right to read what this channel shows. An administrator can give it to you.")

    def _dashboard_read(self, model, domain, amount, holder, bucket=None):
        """Read figures of these channels, as the viewer may: one query, however many channels.

        :param holder: the field that amounts of one currency have in common: the currency, or the company that has it
        :param bucket: a group-by within the channel
        :return: a list of ``(team id, bucket, currency, number, amount)``
        """
        if not self._origin.ids or not self.env[model].has_access("read"):
            return []
        groupby = ["team_id", holder, *([bucket] if bucket else [])]
        rows = (
            self.env[model]
            .with_context(tz=self.env.tz.zone)  # the user's own, when the caller's context has none
            ._read_group(domain, groupby, ["__count", f"{amount}:sum"])
        )
        company = self.env.company
        return [
            (
                team.id,
                keys[0] if bucket else None,
                held if held._name == "res.currency" else (held or company).currency_id,
                count,
                total,
            )
            for team, held, *keys, count, total in rows
        ]

    @api.model
    def _dashboard_rates(self, currencies):
        """What one unit of each currency is worth today in that of the current company."""
        company = self.env.company
        if currencies <= company.currency_id:
            return {company.currency_id.id: 1.0}
        rates = (currencies | company.currency_id)._get_rates(company, fields.Date.context_today(self))
        return {currency: rates[company.currency_id.id] / rate for currency, rate in rates.items()}

    def _dashboard_count(self, model, domain, amount, holder):
        """Count the records of each channel, and sum them up in the currency of the current company.

        :return: ``{team id: (number, amount)}``, with zeros for any other channel, and for a viewer who may not read them
        """
        rows = self._dashboard_read(model, domain, amount, holder)
        rates = self._dashboard_rates(self.env["res.currency"].union(*(currency for __, __, currency, *__ in rows)))
        figures = defaultdict(lambda: (0, 0.0))
        for team, __, currency, count, total in rows:
            counted, summed = figures[team]
            figures[team] = counted + count, summed + total * rates[currency.id]
        return figures

    # ------------------------------------------------------------
    # Graph
    # ------------------------------------------------------------

    def _dashboard_graph_setup(self):
        self.ensure_one()
        if self.dashboard_graph_model == PIPELINE:
            return GraphSetup(PIPELINE, self.dashboard_graph_period_pipeline, self.dashboard_graph_group_pipeline)
        return GraphSetup(self.dashboard_graph_model, self.dashboard_graph_period, self.dashboard_graph_group)

    def _dashboard_graphs(self, setup):
        """The graphs of channels that agree on what a graph shows.

        :return: pairs of a channel and its graph
        """
        content, group = setup.content, setup.group
        source = SOURCES[content]
        first, last = setup.span(fields.Date.context_today(self))
        bucket = {"user": source.user, "stage": "stage_id"}.get(group, f"{source.date}:{group}")
        rows = self._dashboard_read(
            source.model, self._dashboard_domain(content, first, last), source.amount, source.holder, bucket
        )
        rates = self._dashboard_rates(self.env["res.currency"].union(*(currency for __, __, currency, *__ in rows)))
        sums = defaultdict(lambda: defaultdict(float))
        for team, key, currency, __, total in rows:
            sums[team][self._dashboard_key(key)] += total * rates[currency.id]
        labels = self._dashboard_labels(setup, first, last, {key for keys in sums.values() for key in keys})
        currency = self.env.company.currency_id
        head = {
            "title": "",
            "key": self.env._("Prorated Revenue") if content == PIPELINE else self.env._("Untaxed Total"),
            "currency_id": currency.id,
            "source": {
                "content": content,
                "group": group,
                "first": fields.Date.to_string(first),
                "last": fields.Date.to_string(last),
            },
        }
        for team in self:
            amounts = sums.get(team._origin.id)
            if amounts is None:
                values = [(False, str(number), height) for number, height in enumerate(SAMPLE)]
            else:
                values = [
                    (key, label, currency.round(amounts.get(key, 0.0)))
                    for key, label in labels.items()
                    if group in periods.UNITS or key in amounts
                ]
            yield team, {**head, **self._dashboard_values(setup, values, is_sample=amounts is None)}

    @api.model
    def _dashboard_key(self, value):
        """A bucket that a grouped query gave, as JSON can say it."""
        if isinstance(value, models.BaseModel):
            return value.id
        return value.strftime("%Y-%m-%d")  # a date, or a local datetime

    @api.model
    def _dashboard_labels(self, setup, first, last, keys):
        """The buckets of a graph with their labels, in the order of the graph: ``{key: label}``."""
        if setup.group in periods.UNITS:
            starts = periods.bucket_starts(first, last, setup.group, int(get_lang(self.env).week_start))
            return {self._dashboard_key(start): self._dashboard_bucket_label(start, setup.group) for start in starts}
        if setup.group == "stage":
            stages = self.env["crm.stage"].browse(key for key in keys if key).sorted()
            labels = {stage.id: stage.display_name for stage in stages}
            return {**labels, False: self.env._("No Stage")}
        # sudo: the viewer may read the documents, but not every colleague of another company who is named on them
        users = self.env["res.users"].sudo().browse(key for key in keys if key)
        labels = {user.id: user.name for user in users.sorted(lambda user: (user.name.casefold(), user.id))}
        return {**labels, False: self.env._("Unassigned")}

    @api.model
    def _dashboard_bucket_label(self, start, unit):
        lang = get_lang(self.env)
        return periods.bucket_label(start, unit, lang.code, lang.date_format, self.env._("Week %(week)s, %(year)s"))

    @api.model
    def _dashboard_values(self, setup, values, is_sample):
        if setup.group in periods.UNITS:
            points = [{"x": label, "y": amount, "key": key} for key, label, amount in values]
        else:
            kind = None if is_sample else "future" if setup.content == PIPELINE else "past"
            points = [
                {"label": "" if is_sample else label, "value": amount, "type": kind, "key": key}
                for key, label, amount in values
            ]
        return {"values": points, "is_sample_data": is_sample, "area": True}
