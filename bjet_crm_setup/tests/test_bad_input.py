# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a clumsy script sends to any public method of the addon: a refusal that changes nothing, and after which the caller
goes on in the same transaction; and the same from outside, over JSON-RPC."""

import math
import re
from random import Random

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import Refusal, SetupRpcCase
from .common_stages import StageCase

WRONG_IDS = (0, -1, True, None, 1.5, "1", 2**31, (1,), "x")
WRONG_DOMAINS = (
    "x", "[]", 5, 0, True, False, {}, {"a": 1}, [1], [("a",)], [("nothing", "=", 1)], [("name", "?", 1)], ["&"], [[]],
    [("id", ">", "abc")], [("expected_revenue", "=", "abc")], [("user_id.nothing", "=", 1)], [("user_id", "=", {})],
    [("date_deadline", "<", "31.02.2026")], [("name", "=", "\x00")],
)  # fmt: skip
WRONG_LIMITS = (0, -1, 1.5, "2", "", True, False, [1], {})
WRONG_BOOLEANS = ("false", "true", "0", "no", "", 0, 1, None, [], [0], {})
WRONG_DESTINATIONS = (0, -1, 10**9, 10**30, "x", "1", "", True, [1], 1.5, {})
WRONG_SOURCES = (None, 5, "x", [], {}, {"content": "crm.lead"})

# each public method with its arguments: what is wrong for each of them, the others being as they should
METHODS = {
    "crm.stage": {
        "action_fold": {},
        "action_unfold": {},
        "count_records": {"domain": WRONG_DOMAINS},
        "delete_options": {},
        "archive_records": {"domain": WRONG_DOMAINS, "limit": WRONG_LIMITS},
        "restore_records": {"domain": WRONG_DOMAINS, "include_lost": WRONG_BOOLEANS, "limit": WRONG_LIMITS},
        "apply_probability": {"limit": WRONG_LIMITS},
        "move_records": {"destination_id": WRONG_DESTINATIONS, "limit": WRONG_LIMITS},
        "action_delete": {"destination_id": WRONG_DESTINATIONS},
    },
    "crm.lead": {"action_apply_stage_probability": {}},
    "crm.tag": {"action_open_opportunities": {}},
    "crm.team": {
        "action_toggle_favorite": {},
        "action_open_dashboard_graph": {"source": WRONG_SOURCES, "key": ("x", 5.5, None, [], {}, True)},
        "action_open_opportunities": {},
        "action_open_opportunities_overdue": {},
        "action_open_leads_unassigned": {},
        "action_open_quotations": {},
        "action_open_orders_to_invoice": {},
    },
}
RIGHT_SOURCE = {"content": "crm.lead", "group": "user", "first": "2030-01-01", "last": "2030-01-31"}
# how Python shows a value to programmers, not to people
REPR = re.compile(r"\[\(|\{'|: '|\bNone\b|\bTrue\b|\bFalse\b|<class|object at|\w+Error\b|psycopg")


@tagged("post_install", "-at_install")
class TestArguments(StageCase):
    def _snapshot(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT (SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM crm_lead t),"
            " (SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM crm_stage t),"
            " (SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM crm_team t),"
            " (SELECT count(*) FROM mail_message)"
        )
        return self.env.cr.fetchone()

    def assertRefused(self, records, method, **kwargs):
        """A UserError in plain words, no error in the log, the transaction usable, nothing changed."""
        before = self._snapshot()
        with self.subTest(
            f"{records._name}.{method}", ids=repr(records._ids), **{k: repr(v) for k, v in kwargs.items()}
        ):
            with self.assertRaises(UserError) as refusal, self.assertNoLogs("odoo.sql_db", "ERROR"):
                getattr(records, method)(**kwargs)
            self.assertNotIsInstance(refusal.exception, AccessError)
            self.assertTrue(str(refusal.exception).strip())
            self.assertNotRegex(str(refusal.exception), REPR)
            self.assertEqual(self._snapshot(), before)

    def _right(self, method):
        return {"source": RIGHT_SOURCE, "key": False} if method == "action_open_dashboard_graph" else {}

    def test_every_argument_of_every_method(self):
        records = {
            "crm.stage": self.fixed,
            "crm.lead": self._lead(self.fixed),
            "crm.tag": self.env["crm.tag"].create({"name": "Tag for arguments"}),
            "crm.team": self.team,
        }
        self._lead(self.fixed, user_id=False).action_set_lost()
        for model, methods in METHODS.items():
            for method, arguments in methods.items():
                for name, values in arguments.items():
                    for value in values:
                        kwargs = {**self._right(method), name: value}
                        self.assertRefused(records[model].with_user(self.manager), method, **kwargs)

    def test_ids(self):
        for model, methods in METHODS.items():
            for method in methods:
                for value in WRONG_IDS:
                    self.assertRefused(
                        self.env[model].with_user(self.manager).browse((value,)), method, **self._right(method)
                    )

    def test_the_table_is_whole(self):
        """A public method that the addon adds to a model is in the table above."""
        for model, methods in METHODS.items():
            ours, others = set(), set()
            for parent in self.env.registry[model].__mro__:
                where = ours if parent.__module__.startswith("odoo.addons.bjet_crm_setup.") else others
                where.update(name for name, value in vars(parent).items() if callable(value) and name[0] != "_")
            self.assertEqual({name for name in ours - others if name not in ("action_enable_leads",)}, set(methods))

    def test_right_ones(self):
        self._lead(self.fixed)
        fixed = self.fixed.with_user(self.manager)
        for domain in None, [], (), [("name", "ilike", "a")], ["|", ("id", "=", 1), ("id", "!=", 1)]:
            self.assertIn("active", fixed.count_records(domain))
        self.assertEqual(fixed.restore_records([], False, 1)["done"], 0)
        self.assertEqual(fixed.archive_records(limit=10**30)["remaining"], 0)
        self.assertEqual(fixed.restore_records(include_lost=True, limit=1)["done"], 1)
        # what `delete_options` offers for an Undefined that is not made yet
        [offered] = [one["id"] for one in fixed.delete_options()["destinations"] if not one["id"]]
        self.assertEqual(fixed.move_records(offered)["done"], 1)

    def test_pending_changes_survive_a_refusal(self):
        lead = self._lead(self.plain)
        lead.priority = "3"
        with self.assertRaises(UserError):
            self.plain.archive_records([("id", ">", "abc")])
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(lead.priority, "3")


# ------------------------------------------------------------
# From outside
# ------------------------------------------------------------

ROUNDS = 25
# what a refusal may be. MissingError is Odoo's answer for a record that is not there any more: "reload, and try again"
REFUSALS = {"UserError", "ValidationError", "AccessError", "MissingError"}
# Odoo's fields answer a value that they cannot hold in their own words, before any rule of the addon sees it; the last one
# is PostgreSQL's, for a NUL in a translated text
FIELD_REFUSALS = REFUSALS | {"ValueError", "TypeError", "UntranslatableCharacter"}
WATCHED = (
    "crm_lead", "crm_stage", "crm_team", "crm_team_member", "crm_tag", "crm_tag_rel", "crm_lost_reason",
    "mail_activity_type", "mail_message", "mail_tracking_value", "crm_stage_crm_team_rel", "team_favorite_user_rel",
    "ir_model_data",
)  # fmt: skip
EDGES = (2**31 - 1, 2**31, 2**63, -(2**63), 10**30, math.nan, math.inf, -math.inf, -0.0, 1e-300, 0.5)
TEXTS = ("", "0", "1", "\x00", "'", "%s", "{}", "NaN", "2026-02-31", "week", "день")
LETTERS = "aZ0 -_.'\"%\\\n\x00\x7féЇ\u202e\U0001f600"
FIELDS = (
    "id", "name", "active", "type", "probability", "stage_id", "stage_id.name", "stage_id.probability", "user_id",
    "user_id.password", "tag_ids", "tag_ids.name", "date_deadline", "expected_revenue", "won_status", "company_id",
    "message_ids.body", "lead_properties", "nothing", "stage_id.nothing", "id.id", "probability_source", "",
)  # fmt: skip
OPERATORS = ("=", "!=", "<", ">=", "in", "not in", "ilike", "=like", "child_of", "any", "not any", "=?", "like!")
PERIODS = ("week", "month", "quarter", "year", "day", "user", "stage")
CONTENTS = ("crm.lead", "sale.report", "account.invoice.report")
DAYS = ("2030-01-01", "2030-01-15", "2030-01-31", "0001-01-01", "9999-12-31")


class Junk(Random):
    """Values that nobody should send, the same in each run: what fails here fails everywhere."""

    def number(self):
        return self.choice([self.randint(-3, 10), self.choice(EDGES), self.uniform(-1e6, 1e6)])

    def text(self):
        return self.choice([self.choice(TEXTS), "".join(self.choices(LETTERS, k=self.randint(1, 8)))])

    def boolean(self):
        return self.random() < 0.5

    def value(self, depth=2):
        """Anything that JSON can say."""
        kinds = [lambda: None, self.boolean, self.number, self.text]
        if depth:
            kinds.append(lambda: [self.value(depth - 1) for _ in range(self.randrange(4))])
            kinds.append(lambda: {self.text(): self.value(depth - 1) for _ in range(self.randrange(3))})
        return self.choice(kinds)()

    def some(self, known):
        """One of those that mean something, or anything."""
        return self.choice(known) if self.boolean() else self.value()

    def limit(self):
        return self.choice([None, self.randint(-2, 5), self.value()])

    def domain(self):
        def leaf():
            found = [self.some(FIELDS), self.some(OPERATORS), self.value()]
            return found if self.random() < 0.8 else self.value()

        parts = [self.choice(["&", "|", "!"]) if self.boolean() else leaf() for _ in range(self.randrange(5))]
        return self.choice([None, parts, [leaf()], self.value()])

    def ids(self, right):
        """The right ones, or one of them with others that are none."""

        def wrong():
            return self.choice([self.randint(-1, 3), 2**40, self.text(), None, self.boolean(), self.value()])

        return right if self.boolean() else [*right[:1], *(wrong() for _ in range(self.randrange(3)))]

    def part(self, values):
        """Some of the keys."""
        return {key: value() for key, value in values.items() if self.boolean()}

    def source(self):
        days = {"first": lambda: self.some(DAYS), "last": lambda: self.some(DAYS)}
        names = {"content": lambda: self.some([*CONTENTS, "res.users"]), "group": lambda: self.some(PERIODS)}
        return self.part({**names, **days}) if self.random() < 0.8 else self.value()

    def stage(self):
        return {
            "probability": lambda: self.choice([self.number(), self.value()]),
            "on_change": self.boolean,
            "is_won": self.boolean,
            "name": lambda: self.choice([self.text(), None]),
        }

    def channel(self):
        names = ("period", "period_pipeline", "group", "group_pipeline")
        return {
            "dashboard_graph_model": lambda: self.some(CONTENTS),
            **{f"dashboard_graph_{name}": lambda: self.some(PERIODS) for name in names},
            "use_opportunities": self.boolean,
            "invoiced_target": self.number,
            "user_id": lambda: self.choice([self.randint(-1, 12), None]),
        }


@tagged("post_install", "-at_install")
class TestBadInput(SetupRpcCase):
    """Wrong values of all kinds for every public method: an answer, or a refusal that a person can read, and no half-done
    work."""

    def setUp(self):
        super().setUp()
        self.team = self.env["crm.team"].create({"name": "Channel"})
        self.tag = self.env["crm.tag"].create({"name": "Tag"})
        self.leads = self.env["crm.lead"].with_context(active_test=False)
        self.authenticate(self.manager.login, self.manager.login)
        self.renew()

    def renew(self):
        """Two stages with opportunities of all kinds."""
        self.leads.search([("name", "=like", "Example %")]).unlink()
        self.stages = self.env["crm.stage"].create(
            [{"name": f"Round {number}", "probability": 20 + number, "on_change": True} for number in range(2)]
        )
        self.leads = self.leads.create(
            [
                {
                    "name": f"Example {number}", "type": "opportunity" if number else "lead", "team_id": self.team.id,
                    "stage_id": self.stages[number % 2].id, "date_deadline": "2030-01-15", "expected_revenue": 100,
                    "user_id": self.manager.id,
                }
                for number in range(6)
            ]
        )  # fmt: skip
        self.leads[-2:].action_archive()
        self.sum = self.checksum()

    def checksum(self):
        self.env.flush_all()
        return self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s, count(*), sum(hashtext(kept::text)) FROM %s kept",
                    table, SQL.identifier(table),
                )
                for table in WATCHED
            )
        )  # fmt: skip

    def attempt(self, refusals, model, method, *args, **kwargs):
        """Call, and hold the answer to what a caller may expect."""
        refusal = None
        try:
            with mute_logger("odoo.http", "odoo.sql_db"):
                self.call(model, method, *args, **kwargs)
        except Refusal as found:
            refusal = found
        changed = self.checksum() != self.sum
        if changed:
            self.renew()
        with self.subTest(f"{model}.{method}", args=repr(args), kwargs=repr(kwargs)):
            if refusal:
                self.assertIn(refusal.kind, refusals, str(refusal))
                self.assertTrue(refusal.message.strip())
                self.assertFalse(changed, f"changed by a call that was refused: {refusal}")

    def test_every_argument_of_every_method(self):
        for model, methods in METHODS.items():
            for method, arguments in methods.items():
                junk = Junk(f"{model}.{method}")
                values = {
                    "domain": junk.domain,
                    "limit": junk.limit,
                    "include_lost": junk.value,
                    "destination_id": lambda junk=junk: junk.choice([self.stages[1].id, junk.value()]),
                    "source": junk.source,
                    "key": lambda junk=junk: junk.some(DAYS),
                }
                for _ in range(ROUNDS):
                    right = {
                        "crm.stage": self.stages[:1], "crm.lead": self.leads[1:2], "crm.tag": self.tag,
                        "crm.team": self.team,
                    }[model].ids  # fmt: skip
                    kwargs = {name: values[name]() for name in arguments}
                    self.attempt(REFUSALS, model, method, junk.ids(right), **kwargs)

    def test_turning_leads_on(self):
        junk = Junk("leads")
        for _ in range(ROUNDS):
            self.attempt(REFUSALS, "crm.team", "action_enable_leads", junk.ids(self.team.ids))

    def test_write_a_stage(self):
        junk = Junk("stage")
        examples = [{"probability": math.nan, "on_change": True}, {"probability": math.inf}]
        for values in [*examples, *(junk.part(junk.stage()) for _ in range(ROUNDS))]:
            self.attempt(FIELD_REFUSALS, "crm.stage", "write", self.stages[:1].ids, values)

    def test_write_a_channel_and_read_its_dashboard(self):
        junk = Junk("channel")
        figures = ["channel_graph_data", "channel_graph_type", "dashboard_invoiced", "channel_opportunity_count"]
        examples = [{"invoiced_target": math.nan}, {"invoiced_target": math.inf}]
        for values in [*examples, *(junk.part(junk.channel()) for _ in range(ROUNDS))]:
            self.attempt(FIELD_REFUSALS, "crm.team", "write", self.team.ids, values)
            self.attempt(REFUSALS, "crm.team", "read", self.team.ids, figures)
