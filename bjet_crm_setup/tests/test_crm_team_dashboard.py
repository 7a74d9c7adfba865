# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import product

import pytz
from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, convert_file

from .common_channels import ChannelCase

NOW = "2026-11-24 10:00:00"
TODAY = date(2026, 11, 24)
AHEAD = {
    "week": date(2026, 12, 1),
    "month": date(2026, 12, 24),
    "quarter": date(2027, 2, 24),
    "year": date(2027, 11, 24),
}
BACK = {
    "week": date(2026, 11, 17),
    "month": date(2026, 10, 24),
    "quarter": date(2026, 8, 24),
    "year": date(2025, 11, 24),
}
# Days at, just within and just outside of the ends of all these spans, and a few between
DAYS = sorted(
    {end + timedelta(days=shift) for end in [TODAY, *AHEAD.values(), *BACK.values()] for shift in (-1, 0, 1)}
    | {
        date(2026, 11, 30),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2026, 9, 30),
        date(2025, 12, 31),
        date(2026, 1, 1),
    }
)

CONTENTS = ("crm.lead", "sale.report", "account.invoice.report")
CARD = {
    name: {}
    for name in (
        "channel_graph_data",
        "channel_graph_type",
        "channel_graph_message",
        "dashboard_invoiced",
        "channel_opportunity_count",
        "channel_opportunity_amount",
        "channel_overdue_count",
        "channel_overdue_amount",
        "channel_unassigned_lead_count",
        "channel_quotation_count",
        "channel_quotation_amount",
        "channel_to_invoice_count",
    )
}


def monday(day):
    return date.fromisocalendar(*day.isocalendar()[:2], 1)


def first_of_month(day):
    return date(day.year, day.month, 1)


BUCKETS = {"day": lambda day: day, "week": monday, "month": first_of_month}


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDashboardFigures(ChannelCase):
    """The graph against figures that the test computes itself, from what it created."""

    def graph(self, team):
        return json.loads(team.channel_graph_data)[0]

    def points(self, team):
        """What the graph shows: {key: amount}; each key once."""
        graph = self.graph(team)
        self.assertFalse(graph["is_sample_data"])
        points = {point["key"]: point.get("y", point.get("value")) for point in graph["values"]}
        self.assertEqual(len(points), len(graph["values"]))
        return points

    def assertFigures(self, team, records, low, high, group, buckets=None):
        """`records` is a list of (day, user, stage, amount)."""
        buckets = buckets or BUCKETS
        within = [record for record in records if low <= record[0] <= high]
        expected = defaultdict(float)
        if group in buckets:
            for offset in range((high - low).days + 1):
                expected[buckets[group](low + timedelta(days=offset)).isoformat()] = 0.0
        for day, user, stage, amount in within:
            key = {"user": user.id, "stage": stage and stage.id}.get(group) if group not in buckets else None
            expected[buckets[group](day).isoformat() if group in buckets else key] += amount
        points = self.points(team)
        self.assertEqual(
            list(points) if group in buckets else set(points), list(expected) if group in buckets else set(expected)
        )
        for key, amount in expected.items():
            self.assertAlmostEqual(points[key], amount, 2, f"{group} {key}")
        self.assertTrue(sum(expected.values()))
        return points

    def assertRecords(self, team, model, field, points):
        """Each point opens the records that it sums up."""
        source = self.graph(team)["source"]
        for key, amount in points.items():
            action = team.action_open_dashboard_graph(source, key)
            self.assertEqual(action["res_model"], model)
            records = team.env[model].search(action["domain"])
            self.assertAlmostEqual(sum(records.mapped(field)), amount, 2, f"{source} {key}")
            self.assertEqual(bool(records), bool(amount))

    def test_pipeline_by_everything(self):
        team, noise = self.channel("Web"), self.channel("Noise")
        users = [self.people["own"], self.people["other"], self.env["res.users"]]
        records = []
        for number, day in enumerate(DAYS):
            user, stage = users[number % 3], (self.stage_new, self.stage_later)[number % 2]
            revenue, probability = 100 * (number + 1), 10 + number
            self.opportunity(team, day, revenue, probability, user_id=user.id, stage_id=stage.id)
            records.append((day, user, stage, revenue * probability / 100))
        self.opportunity(noise, TODAY)
        self.opportunity(team)  # no Expected Closing
        self.opportunity(team, TODAY, type="lead")
        self.opportunity(team, TODAY).active = False
        self.opportunity(team, TODAY, probability=0).action_set_lost()
        self.opportunity(team, TODAY).action_set_won()
        for period, group in product(AHEAD, ("day", "week", "month", "user", "stage")):
            with self.subTest(period=period, group=group):
                team.write({"dashboard_graph_period_pipeline": period, "dashboard_graph_group_pipeline": group})
                seen = self.seen_by("manager", team)
                self.assertEqual(seen.channel_graph_type, "line" if group in BUCKETS else "bar")
                points = self.assertFigures(seen, records, TODAY, AHEAD[period], group)
                if period in ("week", "month"):
                    self.assertRecords(seen, "crm.lead", "prorated_revenue", points)

    def test_sales_by_everything(self):
        team, noise = self.channel("Web", dashboard_graph_model="sale.report"), self.channel("Noise")
        kyiv = pytz.timezone("Europe/Kyiv")
        users = [self.people["own"], self.people["other"], self.env["res.users"]]
        records = []
        for number, day in enumerate(DAYS):
            # by turns a second after midnight and a second before it, in Kyiv
            local = datetime(day.year, day.month, day.day) + timedelta(seconds=1 if number % 2 else 86399)
            moment = kyiv.localize(local).astimezone(pytz.utc).replace(tzinfo=None)
            user = users[number % 3]
            self.order(team, moment, 10 * (number + 1), user_id=user.id)
            records.append((day, user, None, 10 * (number + 1)))
        self.order(noise)
        for state in ("draft", "sent", "cancel"):
            self.order(team, state=state)
        for period, group in product(BACK, ("day", "week", "month", "user")):
            with self.subTest(period=period, group=group):
                team.write({"dashboard_graph_period": period, "dashboard_graph_group": group})
                seen = self.seen_by("manager", team)
                points = self.assertFigures(seen, records, BACK[period], TODAY, group)
                if period in ("week", "month"):
                    self.assertRecords(seen, "sale.order", "amount_untaxed", points)

    def test_invoices_by_everything(self):
        team, noise = self.channel("Web", dashboard_graph_model="account.invoice.report"), self.channel("Noise")
        users = [self.people["own"], self.people["other"], self.env["res.users"]]
        records = []
        for number, day in enumerate(DAYS):
            if day > TODAY:
                continue
            user, refund = users[number % 3], number % 4 == 0
            amount = 10 * (number + 1)
            self.invoice(
                team, day, amount, move_type="out_refund" if refund else "out_invoice", invoice_user_id=user.id
            )
            records.append((day, user, None, -amount if refund else amount))
        self.invoice(noise)
        self.invoice(team, post=False)
        self.invoice(team, move_type="in_invoice")
        self.invoice(team).button_cancel()
        for period, group in product(BACK, ("day", "week", "month", "user")):
            with self.subTest(period=period, group=group):
                team.write({"dashboard_graph_period": period, "dashboard_graph_group": group})
                seen = self.seen_by("invoicing", team)
                points = self.assertFigures(seen, records, BACK[period], TODAY, group)
                if period in ("week", "month"):
                    self.assertRecords(seen, "account.move", "amount_untaxed_signed", points)

    def test_weeks_begin_on_sunday_where_the_language_says_so(self):
        self.env["res.lang"]._lang_get("en_US").week_start = "7"
        team = self.channel(dashboard_graph_group_pipeline="week")
        records = []
        for day in (date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30)):  # Saturday, Sunday, Monday
            self.opportunity(team, day, 100, 50)
            records.append((day, None, None, 50))
        seen = self.seen_by("manager", team, lang="en_US")

        def sunday(day):
            return day - timedelta(days=day.isoweekday() % 7)

        points = self.assertFigures(seen, records, TODAY, AHEAD["month"], "week", {"week": sunday})
        self.assertEqual(points["2026-11-22"], 50)
        self.assertEqual(points["2026-11-29"], 100)
        self.assertRecords(seen, "crm.lead", "prorated_revenue", points)

    def test_days_are_those_of_the_viewers_timezone(self):
        team = self.channel(dashboard_graph_model="sale.report", dashboard_graph_period="week")
        self.order(team, "2026-11-20 22:30:00")  # 00:30 of the 21st in Kyiv, 11:30 of the 21st in Auckland
        for tz, day in (("Europe/Kyiv", "2026-11-21"), ("UTC", "2026-11-20"), ("Pacific/Auckland", "2026-11-21")):
            with self.subTest(tz=tz):
                seen = self.seen_by("manager", team, tz=tz)
                self.assertEqual(self.points(seen)[day], 100)
                self.assertRecords(seen, "sale.order", "amount_untaxed", self.points(seen))
        self.people["manager"].tz = "UTC"
        seen = self.seen_by("manager", team, tz=False)  # a call without a timezone has that of the user
        self.assertEqual(self.points(seen)["2026-11-20"], 100)

    def _moments(self, day, timezone):
        """The moments of a day of orders, in UTC: the first included, the last excluded."""
        team = self.channel().with_context(tz=timezone)
        domain = team._dashboard_domain("sale.report", day, day).optimize_full(team.env["sale.order"])
        moments = {
            condition.operator: condition.value
            for condition in domain.iter_conditions()
            if condition.field_expr == "date_order"
        }
        self.assertEqual(moments.keys(), {">=", "<"})
        return moments[">="], moments["<"]

    def test_days_begin_at_midnight_of_the_timezone(self):
        day = date(2026, 7, 1)
        self.assertEqual(self._moments(day, "Europe/Kyiv"), (datetime(2026, 6, 30, 21), datetime(2026, 7, 1, 21)))
        day = date(2026, 1, 1)
        self.assertEqual(self._moments(day, "Europe/Kyiv"), (datetime(2025, 12, 31, 22), datetime(2026, 1, 1, 22)))
        self.assertEqual(self._moments(day, "UTC"), (datetime(2026, 1, 1), datetime(2026, 1, 2)))
        self.assertEqual(self._moments(day, "Pacific/Auckland"), (datetime(2025, 12, 31, 11), datetime(2026, 1, 1, 11)))

    def test_days_that_change_the_clock_have_23_or_25_hours(self):
        for day, hours in [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 10, 26), 24)]:
            start, end = self._moments(day, "Europe/Kyiv")
            self.assertEqual((end - start).total_seconds() / 3600, hours)

    def test_clock_that_changes_at_midnight(self):
        # Cairo: on 24 April 2026 the clock jumps from 00:00 to 01:00
        moments = self._moments(date(2026, 4, 24), "Africa/Cairo")
        self.assertEqual(moments, (datetime(2026, 4, 23, 22), datetime(2026, 4, 24, 21)))

    def test_today_is_that_of_the_viewer(self):
        team = self.channel(dashboard_graph_period_pipeline="week")
        self.opportunity(team, date(2026, 11, 25))
        with freeze_time("2026-11-24 23:00:00"):
            self.assertEqual(
                self.graph(self.seen_by("manager", team, tz="Europe/Kyiv"))["source"]["first"], "2026-11-25"
            )
            self.assertEqual(self.graph(self.seen_by("manager", team, tz="UTC"))["source"]["first"], "2026-11-24")

    def test_clock_changes_within_the_span(self):
        team = self.channel(dashboard_graph_model="sale.report", dashboard_graph_period="quarter")
        for moment in ("2026-10-24 20:59:59", "2026-10-24 21:00:00", "2026-10-25 21:59:59", "2026-10-25 22:00:00"):
            self.order(team, moment)
        points = self.points(self.seen_by("manager", team))
        self.assertEqual([points[f"2026-10-{day}"] for day in (24, 25, 26)], [100, 200, 100])
        self.assertEqual(len(points), (TODAY - BACK["quarter"]).days + 1)

    def test_stages_are_in_the_order_of_the_pipeline(self):
        team = self.channel(dashboard_graph_group_pipeline="stage")
        self.opportunity(team, TODAY, stage_id=self.stage_new.id)
        self.opportunity(team, TODAY, stage_id=self.stage_later.id)
        self.assertEqual(list(self.points(self.seen_by("manager", team))), (self.stage_new | self.stage_later).ids)
        self.stage_new.sequence = 300
        self.assertEqual(list(self.points(self.seen_by("manager", team))), (self.stage_later | self.stage_new).ids)

    def test_people_are_in_the_order_of_their_names_and_nobody_is_last(self):
        self.people["own"].name, self.people["other"].name = "Яна", "андрій"
        team = self.channel(dashboard_graph_group_pipeline="user")
        for user in (self.people["own"], self.env["res.users"], self.people["other"]):
            self.opportunity(team, TODAY, user_id=user.id)
        values = self.graph(self.seen_by("manager", team))["values"]
        self.assertEqual([value["key"] for value in values], [self.people["other"].id, self.people["own"].id, False])
        self.assertEqual([value["label"] for value in values], ["андрій", "Яна", "Не призначено"])

    def test_channel_without_data_has_a_sample(self):
        for content, group in product(CONTENTS, ("day", "user")):
            with self.subTest(content=content, group=group):
                team = self.channel(
                    dashboard_graph_model=content, dashboard_graph_group=group, dashboard_graph_group_pipeline=group
                )
                graph = self.graph(self.seen_by("invoicing", team))
                self.assertTrue(graph["is_sample_data"])
                self.assertGreater(len(graph["values"]), 3)
                self.assertNotIn(False, [bool(point.get("y", point.get("value"))) for point in graph["values"]])

    def test_unknown_settings_count_as_unset(self):
        """As a database of another version carried them over: shown, opened and copied as if nobody had chosen."""
        self.opportunity(team := self.channel("Old"), TODAY, 1000, 50)
        self.order(team)
        settings = {
            "dashboard_graph_model": ("crm.opportunity.report", "pos.order"),
            "dashboard_graph_period": ("today", "decade"),
            "dashboard_graph_period_pipeline": ("today", "decade"),
            "dashboard_graph_group": ("stage", "company"),
            "dashboard_graph_group_pipeline": ("year", "tag"),
        }
        defaults = self.env["crm.team"].default_get(list(settings))
        for content, (field, values) in product(("crm.lead", "sale.report"), settings.items()):
            for value in values:
                team.write({**defaults, "dashboard_graph_model": content})
                self.env.flush_all()
                self.env.cr.execute(
                    SQL("UPDATE crm_team SET %s = %s WHERE id = %s", SQL.identifier(field), value, team.id)
                )
                with self.subTest(content=content, field=field, value=value):
                    seen = self.seen_by("manager", team)
                    graph = self.graph(seen)
                    shown = "crm.lead" if field == "dashboard_graph_model" else content
                    self.assertEqual((graph["source"]["content"], graph["source"]["group"]), (shown, "day"))
                    self.assertEqual(seen.channel_graph_type, "line")
                    self.assertEqual(sum(self.points(seen).values()), 500 if shown == "crm.lead" else 100)
                    self.assertEqual(team.copy()[field], defaults[field])

    def test_pipeline_is_not_shown_while_its_switch_is_off(self):
        self.opportunity(team := self.channel("Old"), TODAY)
        self.order(team)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_team SET use_opportunities = false WHERE id = %s", [team.id])
        seen = self.seen_by("manager", team)
        self.assertEqual(self.graph(seen)["source"]["content"], "sale.report")
        self.assertEqual(sum(self.points(seen).values()), 100)
        self.assertEqual(team.copy().dashboard_graph_model, "sale.report")

    def test_records_worth_nothing_are_data(self):
        team = self.channel()
        self.opportunity(team, TODAY, revenue=0)
        self.assertEqual(set(self.points(self.seen_by("manager", team)).values()), {0})

    def test_graph_that_was_never_drawn_opens_nothing(self):
        team = self.channel()
        self.opportunity(team, TODAY)
        seen = self.seen_by("manager", team)
        source = self.graph(seen)["source"]
        for change, key in [
            ({}, "2026-11-20"),
            ({}, False),
            ({}, "tomorrow"),
            ({"group": "hour"}, "2026-11-24"),
            ({"group": "stage", "content": "sale.report"}, 1),
            ({"group": "user"}, "me"),
            ({"group": "user"}, []),
            ({"content": "res.users"}, "2026-11-24"),
            ({"first": "2026"}, "2026-11-24"),
            *[({}, text) for text in ("yesterday", "2026-02-30", "", None, 7)],
            *[({"last": text}, "2026-11-24") for text in ("yesterday", "2026-02-30", "", None, 7, False)],
        ]:
            with self.subTest(change=change, key=key), self.assertRaises(UserError):
                seen.action_open_dashboard_graph({**source, **change}, key)
        with self.assertRaises(UserError):
            seen.action_open_dashboard_graph({}, "2026-11-24")
        with self.assertRaises(UserError):
            seen.action_open_dashboard_graph(None, "2026-11-24")

    # Cost

    def channels(self, number):
        teams = self.env["crm.team"]
        for rank in range(number):
            teams += self.channel(dashboard_graph_model=CONTENTS[rank % 3])
        for team in teams:
            self.opportunity(team, TODAY, user_id=self.people["own"].id)
            self.order(team)
            self.order(team, state="sent")
        for team in teams[2::3]:
            self.invoice(team)
        return teams

    def queries(self, teams):
        reads = self.seen_by("invoicing", teams).with_context(prefetch_fields=False)
        reads.env["ir.rule"]._get_rules("crm.team")
        start = self.env.cr.sql_log_count
        rows = reads.web_read(CARD)
        self.assertEqual(len(rows), len(teams))
        return self.env.cr.sql_log_count - start

    def test_queries_do_not_grow_with_the_channels(self):
        teams = self.channels(30)
        self.queries(teams[:3])  # fill the caches of rules, groups and currencies
        few = self.queries(teams[:3])
        self.assertEqual(self.queries(teams), few)

    def test_one_query_for_each_different_graph(self):
        teams = self.channels(6)
        fields = {"channel_graph_data": {}}

        def cost():
            seen = self.seen_by("invoicing", teams)
            seen.mapped("dashboard_graph_model")
            start = self.env.cr.sql_log_count
            seen.web_read(fields)
            return self.env.cr.sql_log_count - start

        cost()
        three = cost()
        teams[0].dashboard_graph_period_pipeline = "year"
        self.assertEqual(cost(), three + 1)
        teams[3].dashboard_graph_period_pipeline = "year"
        self.assertEqual(cost(), three)

    def test_an_action_of_odoo_that_an_administrator_deleted(self):
        """The links of the cards name Odoo's actions; one that is gone stops no update."""
        view = self.env.ref("bjet_crm_setup.crm_team_view_kanban_dashboard")
        links = etree.fromstring(view.arch).xpath("//a[@type='action']/@name")
        self.assertGreater(len(links), 5)
        for xmlid in links:
            self.assertTrue(self.env.ref(xmlid)._name.startswith("ir.actions."), xmlid)
        for xmlid in {*links}:
            self.env.ref(xmlid).unlink()
        convert_file(self.env, "bjet_crm_setup", "views/crm_team_dashboard_views.xml", {}, mode="update")
        self.assertEqual(etree.fromstring(view.arch).xpath("//a[@type='action']/@name"), links)

    def test_reading_is_read_only(self):
        team = self.channels(3)[0]
        for name in (
            "action_open_dashboard_graph",
            "action_open_opportunities",
            "action_open_opportunities_overdue",
            "action_open_leads_unassigned",
            "action_open_quotations",
            "action_open_orders_to_invoice",
            "web_search_read",
        ):
            self.assertTrue(getattr(type(team), name)._readonly, name)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDashboardViewers(ChannelCase):
    """Each kind of viewer, with the rights that Odoo gives them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.channel(
            user_id=cls.people["manager"].id,
            dashboard_graph_group="user",
            dashboard_graph_group_pipeline="user",
            dashboard_graph_period="month",
            invoiced_target=1000,
        )
        with freeze_time(NOW):
            for key, factor in {"own": 1, "other": 10, "manager": 100}.items():
                user = cls.people[key]
                cls.opportunity(cls.team, TODAY, 200 * factor, user_id=user.id)
                cls.opportunity(cls.team, TODAY - timedelta(days=1), 2 * factor, user_id=user.id)
                cls.order(cls.team, amount=factor, user_id=user.id)
                cls.order(cls.team, amount=factor, user_id=user.id, state="sent")
                cls.invoice(cls.team, amount=factor, invoice_user_id=user.id)

    def amounts(self, seen):
        return {point["key"]: point["value"] for point in json.loads(seen.channel_graph_data)[0]["values"]}

    def show(self, content):
        self.team.dashboard_graph_model = content

    def expect(self, factor_by_key, unit):
        return {self.people[key].id: unit * factor for key, factor in factor_by_key.items()}

    EVERYBODY = {"own": 1, "other": 10, "manager": 100}

    def test_pipeline(self):
        self.show("crm.lead")
        self.assertEqual(self.amounts(self.seen_by("own", self.team)), self.expect({"own": 1}, 100))
        for key in ("all", "manager"):
            self.assertEqual(self.amounts(self.seen_by(key, self.team)), self.expect(self.EVERYBODY, 100))

    def test_sales(self):
        self.show("sale.report")
        self.assertEqual(self.amounts(self.seen_by("own", self.team)), self.expect({"own": 1}, 1))
        for key in ("all", "manager"):
            self.assertEqual(self.amounts(self.seen_by(key, self.team)), self.expect(self.EVERYBODY, 1))

    def test_the_sentence_says_what_a_manager_can_do(self):
        """Who chooses the content need not wait for an administrator."""
        self.show("account.invoice.report")
        self.assertIn("оберіть", self.seen_by("manager", self.team).channel_graph_message)
        self.assertNotIn("оберіть", self.seen_by("own", self.team).channel_graph_message)
        message = self.seen_by("manager", self.team, lang="en_US").channel_graph_message
        self.assertIn("choose another content", message)

    def test_invoices_need_the_right_to_read_them(self):
        self.show("account.invoice.report")
        for key in ("own", "all", "manager"):
            seen = self.seen_by(key, self.team)
            self.assertFalse(seen.channel_graph_data)
            self.assertIn("накладних", seen.channel_graph_message)
        seen = self.seen_by("invoicing", self.team)
        self.assertFalse(seen.channel_graph_message)
        self.assertEqual(self.amounts(seen), self.expect(self.EVERYBODY, 1))

    def test_what_is_held_against_the_target(self):
        """Odoo lets salespeople read the customer invoices of their own, or all, without the invoice analysis."""
        for key, invoiced in (("own", 1), ("all", 111), ("manager", 111), ("invoicing", 111)):
            seen = self.seen_by(key, self.team)
            self.assertTrue(seen.dashboard_invoiced_shown)
            self.assertEqual(seen.dashboard_invoiced, invoiced, key)
        self.assertFalse(self.seen_by("employee", self.team).dashboard_invoiced_shown)

    def test_counters(self):
        self.env["crm.lead"].create(
            [
                {
                    "name": "Request",
                    "type": "lead",
                    "team_id": self.team.id,
                    "user_id": False,
                    "company_id": self.company.id,
                }
            ]
            * 2
        )
        for key, factor, people in (("own", 1, 1), ("all", 111, 3), ("manager", 111, 3)):
            with self.subTest(key=key):
                seen = self.seen_by(key, self.team)
                self.assertEqual(
                    (seen.channel_opportunity_count, seen.channel_opportunity_amount), (2 * people, 202 * factor)
                )
                self.assertEqual((seen.channel_overdue_count, seen.channel_overdue_amount), (people, 2 * factor))
                self.assertEqual((seen.channel_quotation_count, seen.channel_quotation_amount), (people, factor))
                self.assertEqual(seen.channel_to_invoice_count, people)
                self.assertEqual(seen.channel_unassigned_lead_count, 2)
                for method, model, count in [
                    ("action_open_opportunities", "crm.lead", 2 * people),
                    ("action_open_opportunities_overdue", "crm.lead", people),
                    ("action_open_leads_unassigned", "crm.lead", 2),
                    ("action_open_quotations", "sale.order", people),
                    ("action_open_orders_to_invoice", "sale.order", people),
                ]:
                    action = getattr(seen, method)()
                    self.assertEqual(action["res_model"], model)
                    self.assertEqual(seen.env[model].search_count(action["domain"]), count)
                    self.assertEqual(action["context"]["default_team_id"], self.team.id)

    def test_employee_without_sales_reads_a_channel_and_no_figures(self):
        for content in CONTENTS:
            self.show(content)
            seen = self.seen_by("employee", self.team)
            self.assertFalse(seen.channel_graph_data)
            self.assertTrue(seen.channel_graph_message)
            self.assertFalse(
                any([seen.channel_opportunity_count, seen.channel_quotation_count, seen.channel_to_invoice_count])
            )

    def test_portal_reads_nothing(self):
        with self.assertRaises(AccessError):
            self.seen_by("portal", self.team).read(["channel_graph_data"])
        with self.assertRaises(AccessError):
            self.seen_by("portal", self.team).action_toggle_favorite()

    def test_salesperson_with_invoicing_rights_reads_invoices(self):
        self.show("account.invoice.report")
        self.people["own"].group_ids += self.env.ref("account.group_account_invoice")
        self.assertEqual(self.amounts(self.seen_by("own", self.team)), self.expect(self.EVERYBODY, 1))

    def test_invoiced_this_month(self):
        self.invoice(self.team, "2026-11-01", 7)
        self.invoice(self.team, "2026-10-31", 1000)
        self.invoice(self.team, "2026-11-02", 4, move_type="out_refund")
        self.invoice(self.team, "2026-11-02", 1000, post=False)
        self.assertEqual(self.seen_by("invoicing", self.team).dashboard_invoiced, 111 + 7 - 4)

    def test_only_managers_set_the_target(self):
        for key in ("own", "all", "employee"):
            with self.subTest(key=key), self.assertRaises(AccessError):
                self.seen_by(key, self.team).invoiced_target = 5
        self.seen_by("manager", self.team).invoiced_target = 5
        self.assertEqual(self.team.invoiced_target, 5)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDashboardCompanies(ChannelCase):
    """Several companies, and several currencies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2026-01-01", 2.0), ("2026-11-23", 0.5), ("2026-12-01", 8.0)]
        )
        cls.company_b = cls.setup_other_company(name="Company B", currency_id=cls.euro.id)["company"]
        cls.boss = new_test_user(
            cls.env,
            "channel_boss",
            "sales_team.group_sale_manager,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.company_b).ids)],
            tz="Europe/Kyiv",
        )
        cls.boss_b = new_test_user(
            cls.env,
            "channel_boss_b",
            "sales_team.group_sale_manager,account.group_account_invoice",
            company_id=cls.company_b.id,
            company_ids=[Command.set(cls.company_b.ids)],
            tz="Europe/Kyiv",
        )
        cls.people.update(boss=cls.boss, boss_b=cls.boss_b)
        cls.shared = cls.channel(
            "Shared", company_id=False, dashboard_graph_group="user", dashboard_graph_group_pipeline="user"
        )

    def total(self, *companies):
        self.env.flush_all()
        self.env.invalidate_all()
        user = self.boss if self.company in companies else self.boss_b
        seen = self.shared.with_user(user).with_context(allowed_company_ids=[company.id for company in companies])
        graph = json.loads(seen.channel_graph_data)[0]
        self.assertEqual(graph["currency_id"], companies[0].currency_id.id)
        return round(sum(point["value"] for point in graph["values"]), 2)

    def test_foreign_channel_is_not_shown(self):
        own, foreign = self.channel("A"), self.channel("B", company_id=self.company_b.id)
        Team = self.env["crm.team"].with_user(self.boss_b).with_context(allowed_company_ids=self.company_b.ids)
        self.assertIn(foreign, Team.search([]))
        self.assertNotIn(own, Team.search([]))
        with self.assertRaises(AccessError):
            own.with_user(self.boss_b).with_context(allowed_company_ids=self.company_b.ids).read(["channel_graph_data"])

    def test_pipeline_in_the_currency_of_the_viewer(self):
        # today 1 unit of the first company's currency is 0.5 euro
        self.opportunity(self.shared, TODAY, 1000)
        self.opportunity(self.shared, TODAY, 1000, company_id=self.company_b.id)
        self.opportunity(self.shared, TODAY, 1000, company_id=False)
        self.assertEqual(self.total(self.company), 500 + 500)
        self.assertEqual(self.total(self.company, self.company_b), 500 + 500 + 1000)
        seen = self.shared.with_user(self.boss)
        seen = seen.with_context(allowed_company_ids=(self.company | self.company_b).ids)
        self.assertEqual((seen.channel_opportunity_count, seen.channel_opportunity_amount), (3, 1000 + 1000 + 2000))

    def test_sales_in_the_currency_of_the_viewer(self):
        self.shared.dashboard_graph_model = "sale.report"
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": self.euro.id, "company_id": False}
        )
        self.order(self.shared, amount=100)
        self.order(self.shared, amount=100, pricelist_id=pricelist.id)
        self.order(self.shared, amount=100, pricelist_id=pricelist.id, company_id=self.company_b.id)
        self.assertEqual(self.total(self.company), 100 + 200)
        self.assertEqual(self.total(self.company, self.company_b), 100 + 200 + 200)

    def test_invoices_in_the_currency_of_the_viewer(self):
        self.shared.dashboard_graph_model = "account.invoice.report"
        self.invoice(self.shared, "2026-11-24", 100)
        # booked at that day's rate: 1 euro is 2 units
        self.invoice(self.shared, "2026-11-24", 100, currency_id=self.euro.id)
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.company_b.id), ("type", "=", "sale")], limit=1
        )
        self.invoice(self.shared, "2026-11-24", 100, company_id=self.company_b.id, journal_id=journal.id)
        self.assertEqual(self.total(self.company), 100 + 200)
        self.assertEqual(self.total(self.company, self.company_b), 100 + 200 + 200)

    def test_target_is_in_the_currency_of_the_channel(self):
        team = self.channel("B", company_id=self.company_b.id, invoiced_target=300)
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.company_b.id), ("type", "=", "sale")], limit=1
        )
        self.invoice(team, "2026-11-24", 100, company_id=self.company_b.id, journal_id=journal.id)
        self.env.flush_all()
        self.env.invalidate_all()
        seen = team.with_user(self.boss).with_context(allowed_company_ids=(self.company | self.company_b).ids)
        self.assertEqual(seen.dashboard_currency_id, self.euro)
        self.assertEqual(seen.dashboard_invoiced, 100)
        self.invoice(self.shared, "2026-11-24", 100)
        shared = self.shared.with_env(seen.env)
        self.assertEqual(shared.dashboard_currency_id, self.company.currency_id)
        self.assertEqual(shared.dashboard_invoiced, 100)
