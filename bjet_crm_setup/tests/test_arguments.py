# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a clumsy script sends to any public method of the addon: a refusal that changes nothing, and after which the caller
goes on in the same transaction."""

import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_stage_probability import StageCase

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
