# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import get_lang

from ..tools import periods
from ..tools.arguments import check_one, is_id
from ..tools.groups import MANAGER
from .crm_team_dashboard import INVOICES, PIPELINE, SETTINGS, SOURCES

# Heights of the greyed graph of a channel without figures; only their shape is seen
SAMPLE = (4, 7, 5, 9, 8, 12, 10, 14)


class CrmTeam(models.Model):
    """The graph on the dashboard of a sales channel, and the records behind each point of it."""

    _inherit = "crm.team"

    channel_graph_type = fields.Selection(
        [("line", "Line"), ("bar", "Bar")], string="Type of Graph", compute="_compute_channel_graph_type"
    )
    channel_graph_data = fields.Text("Graph", compute="_compute_channel_graph_data")
    channel_graph_message = fields.Char("Reason for No Graph", compute="_compute_channel_graph_data")

    @api.depends("use_opportunities", *SETTINGS)
    def _compute_channel_graph_type(self):
        for team in self:
            __, __, group = team._dashboard_graph_setup()
            team.channel_graph_type = "line" if group in periods.UNITS else "bar"

    @api.depends("use_opportunities", *SETTINGS)
    @api.depends_context("uid", "allowed_company_ids", "lang", "tz")
    def _compute_channel_graph_data(self):
        """The graph, as the JSON that the web client's `dashboard_graph` widget reads.

        Each value also has the ``key`` that, with the ``source`` of the graph, lets `action_open_dashboard_graph` find
        its records.
        """
        self.channel_graph_data = False
        self.channel_graph_message = False
        for (content, period, group), teams in self.grouped(lambda team: team._dashboard_graph_setup()).items():
            if not all(self.env[model].has_access("read") for model in (content, SOURCES[content].model)):
                teams.channel_graph_message = self._dashboard_unreadable(content)
                continue
            for team, graph in teams._dashboard_graphs(content, period, group):
                team.channel_graph_data = json.dumps([graph], ensure_ascii=False, separators=(",", ":"))

    @api.readonly
    def action_open_dashboard_graph(self, source, key):
        """Open the records behind one point or bar of the channel's graph: those whose amounts it sums up.

        :param dict source: the ``source`` of the graph in `channel_graph_data`: ``content``, ``group``, and the ``first``
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
            first, last = date.fromisoformat(source["first"]), date.fromisoformat(source["last"])
            documents, label = self.env[SOURCES[content].model], None
            if group in periods.UNITS:
                start = date.fromisoformat(key)
                first, last = periods.bucket_span(start, group, first, last)
                domain = self._dashboard_domain(content, first, last)
                label = self._dashboard_bucket_label(start, group)
            elif group == "user" or (group, content) == ("stage", PIPELINE):
                field = SOURCES[content].user if group == "user" else "stage_id"
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
        views = f"bjet_crm_setup.{documents._table}_action_dashboard"
        action = self._dashboard_action(views, domain)
        action["display_name"] = f"{self.name}: {label or self.env._('Unassigned')}"
        return action

    def _dashboard_graph_setup(self):
        """What the graph shows, as (content, period, group). Channels that agree on it are read together."""
        content = self._dashboard_setting("dashboard_graph_model")
        suffix = "_pipeline" if content == PIPELINE else ""
        period, group = (self._dashboard_setting(f"dashboard_graph_{name}{suffix}") for name in ("period", "group"))
        return content, period, group

    def _dashboard_graphs(self, content, period, group):
        """The graphs of channels that agree on what a graph shows.

        :return: pairs of a channel and its graph
        """
        source = SOURCES[content]
        get_span = periods.span_after if content == PIPELINE else periods.span_before
        first, last = get_span(fields.Date.context_today(self), period)
        bucket = {"user": source.user, "stage": "stage_id"}.get(group, f"{source.date}:{group}")
        domain = self._dashboard_domain(content, first, last)
        figures = self._dashboard_read(source.model, domain, source.amount, bucket)
        labels = self._dashboard_labels(group, first, last, {key for buckets in figures.values() for key in buckets})
        currency = self.env.company.currency_id
        head = {
            "title": "",
            "key": self.env._("Prorated Revenue") if content == PIPELINE else self.env._("Untaxed Total"),
            "currency_id": currency.id,
            "source": {"content": content, "group": group, "first": str(first), "last": str(last)},
        }
        # what the widget reads of the points of a line, or of bars
        x, y, kind = "label", "value", {"type": "future" if content == PIPELINE else "past"}
        if group in periods.UNITS:
            x, y, kind = "x", "y", {}
        for team in self:
            buckets = figures.get(team._origin.id)
            if buckets is None:
                values = [{x: str(number), y: height, "key": False} for number, height in enumerate(SAMPLE)]
            else:
                values = [
                    {x: label, y: currency.round(buckets[key][1] if key in buckets else 0.0), "key": key, **kind}
                    for key, label in labels.items()
                    if group in periods.UNITS or key in buckets
                ]
            yield team, {**head, "values": values, "is_sample_data": buckets is None}

    @api.model
    def _dashboard_labels(self, group, first, last, keys):
        """The buckets of a graph with their labels, in the order of the graph: ``{key: label}``."""
        if group in periods.UNITS:
            starts = periods.bucket_starts(first, last, group, int(get_lang(self.env).week_start))
            return {self._dashboard_key(start): self._dashboard_bucket_label(start, group) for start in starts}
        if group == "stage":
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
    def _dashboard_unreadable(self, content):
        if content != INVOICES:
            return self.env._("You have no right to read what this channel shows. An administrator can give it to you.")
        if self.env.user.has_group(MANAGER):
            return self.env._(
                "You have no right to see the analysis of this channel's customer invoices. An administrator can give it"
                " to you; or choose another content for the channel, in its tab Dashboard."
            )
        return self.env._(
            "You have no right to see the analysis of this channel's customer invoices. An administrator can give it to you."
        )
