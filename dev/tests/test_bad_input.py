"""Wrong values for every public method, over JSON-RPC: an answer, or a refusal that a person can read, and no half-done work.

The examples are the same in every run: what fails here fails everywhere.
"""

import contextlib
import math

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dev import live

pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
bounded = settings(
    max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

# what a refusal may be. MissingError is Odoo's answer for a record that is not there any more: "reload, and try again"
REFUSALS = {"UserError", "ValidationError", "AccessError", "MissingError"}
# Odoo's fields answer a value that they cannot hold in their own words, before any rule of the addon sees it
FIELD_REFUSALS = REFUSALS | {"ValueError", "TypeError"}
WATCHED = (
    "crm_lead", "crm_stage", "crm_team", "crm_team_member", "crm_tag", "crm_tag_rel", "crm_lost_reason",
    "mail_activity_type", "mail_message", "mail_tracking_value", "crm_stage_crm_team_rel", "team_favorite_user_rel",
    "ir_model_data",
)  # fmt: skip

# ------------------------------------------------------------
# Values
# ------------------------------------------------------------

TEXTS = st.one_of(
    st.text(max_size=8), st.sampled_from(["", "0", "1", "\x00", "'", "%s", "{}", "NaN", "2026-02-31", "week", "день"])
)
NUMBERS = st.one_of(
    st.integers(-3, 10),
    st.sampled_from([2**31 - 1, 2**31, 2**63, -(2**63), 10**30]),
    st.floats(),
)
JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=2)),
    max_leaves=4,
)
LIMITS = st.one_of(st.none(), st.integers(-2, 5), JUNK)
FIELDS = st.one_of(
    st.sampled_from([
        "id", "name", "active", "type", "probability", "stage_id", "stage_id.name", "stage_id.probability", "user_id",
        "user_id.password", "tag_ids", "tag_ids.name", "date_deadline", "expected_revenue", "won_status", "company_id",
        "message_ids.body", "lead_properties", "nothing", "stage_id.nothing", "id.id", "probability_source", "",
    ]),
    TEXTS,
    JUNK,
)  # fmt: skip
OPERATORS = st.one_of(
    st.sampled_from(
        ["=", "!=", "<", ">=", "in", "not in", "ilike", "=like", "child_of", "any", "not any", "=?", "like!"]
    ),
    JUNK,
)
LEAVES = st.one_of(st.tuples(FIELDS, OPERATORS, JUNK).map(list), JUNK)
DOMAINS = st.one_of(
    st.none(),
    st.lists(st.one_of(st.sampled_from(["&", "|", "!"]), LEAVES), max_size=4),
    LEAVES.map(lambda leaf: [leaf]),
    JUNK,
)
PERIODS = st.one_of(st.sampled_from(["week", "month", "quarter", "year", "day", "user", "stage"]), JUNK)


class Ids:
    """Stands for the ids of the scene, which are known when the test runs."""

    def __init__(self, junk):
        self.junk = junk

    def __repr__(self):
        return f"Ids({self.junk!r})"

    def of(self, real):
        return real if self.junk is None else [*real[:1], *self.junk]


IDS = st.one_of(
    st.just(Ids(None)),
    st.lists(st.one_of(st.integers(-1, 3), st.just(2**40), TEXTS, st.none(), st.booleans(), JUNK), max_size=2).map(Ids),
)


# ------------------------------------------------------------
# Scene
# ------------------------------------------------------------


class Scene:
    """Two stages with opportunities of all kinds, and a channel; put back after each call that changed something."""

    def __init__(self, session, connection):
        self.session, self.connection = session, connection
        self.leads = []
        self.team = session.call("crm.team", "create", {"name": "Channel"})
        self.reset()

    def reset(self):
        call = self.session.call
        old = call("crm.lead", "search", [("name", "=like", "Example %")], context={"active_test": False})
        call("crm.lead", "unlink", old)
        self.stages = [
            call("crm.stage", "create", {"name": f"Round {number}", "probability": 20 + number, "on_change": True})
            for number in range(2)
        ]
        self.leads = call(
            "crm.lead", "create",
            [
                {
                    "name": f"Example {number}", "type": "opportunity" if number else "lead", "team_id": self.team,
                    "stage_id": self.stages[number % 2], "date_deadline": "2030-01-15", "expected_revenue": 100,
                }
                for number in range(6)
            ],
        )  # fmt: skip
        call("crm.lead", "action_archive", self.leads[-2:])
        self.sum = self.checksum()

    def ids(self, model):
        return {"crm.stage": self.stages[:1], "crm.lead": self.leads[1:2], "crm.team": [self.team]}[model]

    def checksum(self):
        with self.connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(
                    f"SELECT '{table}', md5(string_agg(kept::text, '|' ORDER BY kept::text)) FROM {table} kept"
                    for table in WATCHED
                )
            )
            return dict(cursor.fetchall())


@pytest.fixture(scope="module")
def scene(instance, scratch, sessions):
    with contextlib.closing(instance.server.connect(scratch)) as connection:
        yield Scene(sessions["manager"], connection)


def attempt(scene, refusals, model, method, *args, **kwargs):
    """Call, and hold the answer to what a caller may expect."""
    try:
        scene.session.call(model, method, *args, **kwargs)
    except live.Refusal as refusal:
        assert refusal.kind in refusals, f"{refusal.name}: {refusal.message}\n{refusal.debug}"
        assert refusal.message.strip()
        assert scene.checksum() == scene.sum, f"changed by a call that was refused: {refusal}"
        return
    if scene.checksum() != scene.sum:
        scene.reset()


# ------------------------------------------------------------
# Runs over a stage
# ------------------------------------------------------------


@given(ids=IDS, domain=DOMAINS)
@bounded
def test_count_records(scene, ids, domain):
    attempt(scene, REFUSALS, "crm.stage", "count_records", ids.of(scene.stages), domain=domain)


@given(ids=IDS, domain=DOMAINS, limit=LIMITS)
@bounded
def test_archive_records(scene, ids, domain, limit):
    attempt(scene, REFUSALS, "crm.stage", "archive_records", ids.of(scene.stages), domain=domain, limit=limit)


@given(ids=IDS, domain=DOMAINS, include_lost=st.one_of(st.booleans(), JUNK), limit=LIMITS)
@bounded
def test_restore_records(scene, ids, domain, include_lost, limit):
    attempt(
        scene, REFUSALS, "crm.stage", "restore_records", ids.of(scene.stages),
        domain=domain, include_lost=include_lost, limit=limit,
    )  # fmt: skip


@given(ids=IDS, limit=LIMITS)
@bounded
def test_apply_probability(scene, ids, limit):
    attempt(scene, REFUSALS, "crm.stage", "apply_probability", ids.of(scene.stages), limit=limit)


@given(ids=IDS, destination=st.one_of(st.just("second"), JUNK), limit=LIMITS)
@bounded
def test_move_records(scene, ids, destination, limit):
    if destination == "second":
        destination = scene.stages[1]
    attempt(scene, REFUSALS, "crm.stage", "move_records", ids.of(scene.stages), destination_id=destination, limit=limit)


@pytest.mark.parametrize("method", ["action_fold", "action_unfold", "delete_options"])
@given(ids=IDS)
@bounded
def test_stage_methods_without_arguments(scene, method, ids):
    attempt(scene, REFUSALS, "crm.stage", method, ids.of(scene.stages))


@given(ids=IDS)
@bounded
def test_action_apply_stage_probability(scene, ids):
    attempt(scene, REFUSALS, "crm.lead", "action_apply_stage_probability", ids.of(scene.leads))


# ------------------------------------------------------------
# Channels
# ------------------------------------------------------------


SOURCES = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "content": st.one_of(
                st.sampled_from(["crm.lead", "sale.report", "account.invoice.report", "res.users"]), JUNK
            ),
            "group": PERIODS,
            "first": st.one_of(st.sampled_from(["2030-01-01", "0001-01-01", "9999-12-31"]), JUNK),
            "last": st.one_of(st.sampled_from(["2030-01-31", "0001-01-01", "9999-12-31"]), JUNK),
        },
    ),
    JUNK,
)


@given(ids=IDS, source=SOURCES, key=st.one_of(st.sampled_from(["2030-01-15", "9999-12-31", "0001-01-01"]), JUNK))
@bounded
def test_action_open_dashboard_graph(scene, ids, source, key):
    attempt(scene, REFUSALS, "crm.team", "action_open_dashboard_graph", ids.of([scene.team]), source, key)


@pytest.mark.parametrize(
    "method",
    [
        "action_open_opportunities", "action_open_opportunities_overdue", "action_open_leads_unassigned",
        "action_open_quotations", "action_open_orders_to_invoice", "action_toggle_favorite", "action_enable_leads",
    ],
)  # fmt: skip
@given(ids=IDS)
@bounded
def test_channel_methods_without_arguments(scene, method, ids):
    attempt(scene, REFUSALS, "crm.team", method, ids.of([scene.team]))


# ------------------------------------------------------------
# Fields
# ------------------------------------------------------------


@given(
    values=st.fixed_dictionaries(
        {},
        optional={
            "probability": st.one_of(NUMBERS, JUNK),
            "on_change": st.booleans(),
            "is_won": st.booleans(),
            "name": st.one_of(TEXTS, st.none()),
        },
    )
)
@example(values={"probability": math.nan, "on_change": True})
@example(values={"probability": math.inf})
@bounded
def test_write_a_stage(scene, values):
    attempt(scene, FIELD_REFUSALS, "crm.stage", "write", scene.stages[:1], values)


@given(
    values=st.fixed_dictionaries(
        {},
        optional={
            "dashboard_graph_model": st.one_of(
                st.sampled_from(["crm.lead", "sale.report", "account.invoice.report"]), JUNK
            ),
            "dashboard_graph_period": PERIODS,
            "dashboard_graph_period_pipeline": PERIODS,
            "dashboard_graph_group": PERIODS,
            "dashboard_graph_group_pipeline": PERIODS,
            "use_opportunities": st.booleans(),
            "invoiced_target": NUMBERS,
            "user_id": st.one_of(st.integers(-1, 12), st.none()),
        },
    )
)
@example(values={"invoiced_target": math.nan})
@example(values={"invoiced_target": math.inf})
@bounded
def test_write_a_channel_and_read_its_dashboard(scene, values):
    attempt(scene, FIELD_REFUSALS, "crm.team", "write", [scene.team], values)
    attempt(
        scene, REFUSALS, "crm.team", "read", [scene.team],
        ["channel_graph_data", "channel_graph_type", "dashboard_invoiced", "channel_opportunity_count"],
    )  # fmt: skip
