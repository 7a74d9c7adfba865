"""Two servers on one database, and one that reads from a streaming replica: same answers, nothing kept in a process.

Which of the two PostgreSQL servers answered is read from their own statement logs, not from what Odoo says of itself.
"""

import concurrent.futures
import json

import pytest
import requests

from dev import database, scaleout

from .common import MANAGER

DATABASE = f"{database.RUN}_scaleout"
OPPORTUNITIES = 240
COLUMN = 200
PEOPLE = """
team = env["crm.team"].create({"name": "Web shop", "company_id": env.company.id})
user = env["res.users"].search([("login", "=", "%(login)s")])
stages = env["crm.stage"].create([{"name": "First round", "sequence": 41}, {"name": "Second round", "sequence": 42}])
today = fields.Date.today()
env["crm.lead"].create([{
    "name": f"Deal {number}", "type": "opportunity", "team_id": team.id, "user_id": user.id,
    "stage_id": stages[number >= %(column)s].id, "expected_revenue": 100, "probability": 30, "date_deadline": today + timedelta(days=number %% 28),
} for number in range(%(opportunities)s)])
env.cr.commit()
"""
COLUMNS = {"name": {}, "expected_revenue": {}, "probability": {}}


def prepare(odoo, name):
    script = "from datetime import timedelta\nfrom odoo import fields\n" + PEOPLE
    values = {"login": MANAGER[0], "column": COLUMN, "opportunities": OPPORTUNITIES}
    odoo.shell(f"{name}_people", name, script % values)


@pytest.fixture(scope="module")
def servers(instance, prepared):
    with scaleout.topology(DATABASE, instance, prepared, prepare) as found:
        yield found


@pytest.fixture(scope="module")
def manager(servers):
    """The manager's session, opened at the first server and carried to the others as a load balancer would."""
    first = servers.sites["one"].session(DATABASE, *MANAGER)
    return {name: first.at(site.url) for name, site in servers.sites.items()}


@pytest.fixture
def stages(manager):
    found = manager["one"].call("crm.stage", "search_read", [("name", "in", ["First round", "Second round"])], ["name"])
    return {stage["name"]: stage["id"] for stage in found}


@pytest.fixture
def where(servers):
    """Tell which PostgreSQL answered a call that reads or writes a table: 'primary', 'replica', both or none."""

    def watched(call, table):
        marks = servers.primary.mark(), servers.replica.mark()
        result = call()
        asked = {
            name: any(f'"{table}"' in statement for statement in cluster.statements(mark, "reading"))
            for name, cluster, mark in zip(
                ("primary", "replica"), (servers.primary, servers.replica), marks, strict=True
            )
        }
        return result, {name for name, was_asked in asked.items() if was_asked}

    return watched


def pipeline(session):
    groups = session.call(
        "crm.lead", "web_read_group",
        domain=[("type", "=", "opportunity")], groupby=["stage_id"], aggregates=["expected_revenue:sum"],
        auto_unfold=True, unfold_read_specification=COLUMNS, unfold_read_default_limit=40,
    )  # fmt: skip
    return groups["groups"]


def history(session, ids):
    return session.call(
        "mail.message",
        "search_count",
        [("model", "=", "crm.lead"), ("res_id", "in", ids), ("message_type", "!=", "email")],
    )


def test_a_session_opened_at_one_server_is_good_at_the_others(manager):
    assert {
        name: session.rpc("/web/session/get_session_info")["uid"] for name, session in manager.items()
    } == dict.fromkeys(manager, manager["one"].uid)


def test_every_server_shows_the_same_pipeline_and_the_reading_one_asks_the_replica(manager, where):
    shown = {name: pipeline(session) for name, session in manager.items()}
    assert sum(group["__count"] for group in shown["one"]) == OPPORTUNITIES
    assert shown["one"] == shown["two"] == shown["reading"]
    again, asked = where(lambda: pipeline(manager["reading"]), "crm_lead")
    assert again == shown["one"]
    assert asked == {"replica"}


def test_a_write_through_the_reading_server_is_seen_by_the_next_read_from_the_replica(manager, stages, where):
    lead = manager["one"].call("crm.lead", "search", [("stage_id", "=", stages["Second round"])], limit=1)
    _saved, asked = where(
        lambda: manager["reading"].call("crm.lead", "web_save", lead, {"name": "Renamed"}, specification={"name": {}}),
        "crm_lead",
    )
    assert "primary" in asked
    found, asked = where(
        lambda: manager["reading"].call("crm.lead", "web_read", lead, specification={"name": {}}), "crm_lead"
    )
    assert found == [{"id": lead[0], "name": "Renamed"}]
    assert asked == {"replica"}


def test_a_stage_changed_at_one_server_rules_the_next_drag_at_another(manager, stages):
    stage = stages["Second round"]
    (lead,) = manager["one"].call("crm.lead", "create", [{"name": "Dragged", "type": "opportunity"}])
    elsewhere = manager["one"].call("crm.lead", "read", [lead], ["stage_id"])[0]["stage_id"][0]
    for probability, server in ((35, "two"), (45, "reading"), (55, "one")):
        changer = "one" if server != "one" else "two"
        manager[changer].call("crm.stage", "write", [stage], {"probability": probability, "on_change": True})
        manager[server].call("crm.lead", "write", [lead], {"stage_id": stage})
        assert manager["reading"].call("crm.lead", "read", [lead], ["probability"])[0]["probability"] == probability
        manager[server].call("crm.lead", "write", [lead], {"stage_id": elsewhere})
    manager["one"].call("crm.stage", "write", [stage], {"on_change": False})
    manager["one"].call("crm.lead", "unlink", [lead])


def test_the_dialogs_of_a_column_ask_the_replica(manager, stages, where):
    stage = stages["First round"]
    counted, asked = where(lambda: manager["reading"].call("crm.stage", "count_records", [stage]), "crm_lead")
    assert counted == {"active": COLUMN, "archived": 0, "lost": 0}
    assert asked == {"replica"}
    options, asked = where(lambda: manager["reading"].call("crm.stage", "delete_options", [stage]), "crm_lead")
    assert options["count"] == COLUMN
    assert asked == {"replica"}


def test_batches_of_one_column_go_through_any_server(manager, stages):
    """Archive batch by batch, each at another server; then restore the same way."""
    stage = stages["First round"]
    ids = manager["one"].call("crm.lead", "search", [("stage_id", "=", stage)])
    before = history(manager["one"], ids)
    left = COLUMN
    for server in ("one", "two", "reading", "one"):
        answer = manager[server].call("crm.stage", "archive_records", [stage], limit=50)
        left -= 50
        assert answer == {"done": 50, "remaining": left}
        counted = manager["reading"].call("crm.stage", "count_records", [stage])
        assert (counted["active"], counted["archived"]) == (left, COLUMN - left)
    assert history(manager["one"], ids) - before == COLUMN
    for server in ("reading", "two", "one", "reading"):
        left += 50
        answer = manager[server].call("crm.stage", "restore_records", [stage], limit=50)
        assert answer == {"done": 50, "remaining": COLUMN - left}
    assert history(manager["one"], ids) - before == 2 * COLUMN


def test_two_servers_archive_one_column_at_the_same_time(manager, stages):
    """Each opportunity is archived once and has one line in its history, whoever came first."""
    stage = stages["First round"]
    ids = manager["one"].call("crm.lead", "search", [("stage_id", "=", stage)])
    before = history(manager["one"], ids)

    def drain(server):
        done = 0
        while True:
            answer = manager[server].call("crm.stage", "archive_records", [stage], limit=20)
            done += answer["done"]
            if not answer["remaining"]:
                return done

    with concurrent.futures.ThreadPoolExecutor() as pool:
        done = list(pool.map(drain, ("one", "two", "reading")))
    assert sum(done) == COLUMN
    assert history(manager["one"], ids) - before == COLUMN
    assert manager["reading"].call("crm.stage", "count_records", [stage])["active"] == 0
    manager["two"].call("crm.stage", "restore_records", [stage])


def test_a_fold_at_one_server_is_seen_at_the_others(manager, stages):
    stage = stages["Second round"]
    manager["one"].call("crm.stage", "action_fold", [stage])
    for server in ("two", "reading"):
        assert manager[server].call("crm.stage", "read", [stage], ["fold"])[0]["fold"]
    manager["reading"].call("crm.stage", "action_unfold", [stage])
    assert not manager["two"].call("crm.stage", "read", [stage], ["fold"])[0]["fold"]


def test_dashboards_are_the_same_everywhere_and_come_from_the_replica(manager, where):
    team = manager["one"].call("crm.team", "search", [("name", "=", "Web shop")])
    wanted = {
        "dashboard_graph_model": "crm.lead",
        "dashboard_graph_period_pipeline": "month",
        "dashboard_graph_group_pipeline": "week",
    }
    manager["two"].call("crm.team", "write", team, wanted)
    asked_for = {
        "name": {},
        "channel_graph_data": {},
        "channel_graph_type": {},
        "invoiced": {},
        "invoiced_target": {},
    }

    def cards(session):
        return session.call("crm.team", "web_search_read", domain=[("id", "in", team)], specification=asked_for)[
            "records"
        ]

    shown, asked = where(lambda: cards(manager["reading"]), "crm_lead")
    assert shown == cards(manager["one"]) == cards(manager["two"])
    assert asked == {"replica"}
    (graph,) = json.loads(shown[0]["channel_graph_data"])
    assert sum(point["y"] for point in graph["values"]) > 0
    key = graph["values"][0]["key"]
    action, asked = where(
        lambda: manager["reading"].call("crm.team", "action_open_dashboard_graph", team, graph["source"], key),
        "crm_team",
    )
    assert action["res_model"] == "crm.lead"
    assert asked == {"replica"}


def test_every_call_is_answered_where_the_table_of_the_docs_says(manager, where):
    """On a stage and an opportunity of its own, through the server that has a replica."""
    reading = manager["reading"]
    [stage] = manager["one"].call("crm.stage", "create", [{"name": "Asked", "probability": 25, "on_change": True}])
    [lead] = manager["one"].call("crm.lead", "create", [{"name": "Asked", "type": "opportunity", "stage_id": stage}])
    manager["one"].call("crm.lead", "write", [lead], {"probability": 60})
    for method, table in (
        ("action_fold", "crm_stage"),
        ("action_unfold", "crm_stage"),
        ("archive_records", "crm_lead"),
        ("restore_records", "crm_lead"),
        ("apply_probability", "crm_lead"),
        ("move_records", "crm_lead"),
        ("unlink", "crm_stage"),
    ):
        answer, asked = where(lambda method=method: reading.call("crm.stage", method, [stage]), table)
        assert answer in (None, True, {"done": 1, "remaining": 0}), method
        assert asked == {"primary"}, method
    manager["one"].call("crm.lead", "unlink", [lead])
    team = manager["one"].call("crm.team", "search", [("name", "=", "Web shop")])
    for method in (
        "action_open_opportunities",
        "action_open_opportunities_overdue",
        "action_open_leads_unassigned",
        "action_open_quotations",
        "action_open_orders_to_invoice",
    ):
        action, asked = where(lambda method=method: reading.call("crm.team", method, team), "crm_team")
        assert action["type"] == "ir.actions.act_window", method
        assert asked == {"replica"}, method
    for _twice in range(2):
        _done, asked = where(lambda: reading.call("crm.team", "action_toggle_favorite", team), "crm_team")
        assert asked == {"primary"}


def test_a_killed_server_leaves_whole_batches_and_another_one_goes_on(servers, manager, stages):
    """Near the end, because it takes the second server away."""
    stage = stages["First round"]
    ids = manager["one"].call("crm.lead", "search", [("stage_id", "=", stage)])
    before = history(manager["one"], ids)

    def until_it_breaks():
        while manager["two"].call("crm.stage", "archive_records", [stage], limit=10)["remaining"]:
            pass

    with concurrent.futures.ThreadPoolExecutor() as pool:
        running = pool.submit(until_it_breaks)
        while manager["one"].call("crm.stage", "count_records", [stage])["archived"] < 30:
            assert not running.done()
        servers.sites["two"].kill()
        assert running.exception()
    counted = manager["one"].call("crm.stage", "count_records", [stage])
    assert counted["archived"] % 10 == 0
    assert counted["active"] + counted["archived"] == COLUMN
    assert history(manager["one"], ids) - before == counted["archived"]
    answer = manager["reading"].call("crm.stage", "archive_records", [stage])
    assert answer == {"done": counted["active"], "remaining": 0}
    assert history(manager["one"], ids) - before == COLUMN


def test_no_server_complained(servers):
    """A read-only method that writes would be run twice, and Odoo would say so with a warning."""
    complaints = {
        name: [line for line in site.logged() if " WARNING " in line or " ERROR " in line or "ro->rw" in line]
        for name, site in servers.sites.items()
    }
    assert complaints == {name: [] for name in complaints}


def test_a_replica_that_is_down(servers, manager, stages, where):
    """Reading goes on at the primary. Writing waits, as the settings ask for, until PostgreSQL is told not to."""
    stage = stages["First round"]
    manager["one"].call("crm.stage", "archive_records", [stage])
    before = manager["one"].call("crm.stage", "count_records", [stage])
    assert before == {"active": 0, "archived": before["archived"], "lost": 0}
    count = before["archived"]

    def use_up_broken_connections():
        """Odoo finds out by using them: one request for each that was open to the replica."""
        for _connection in range(5):
            try:
                manager["reading"].call("crm.stage", "count_records", [stage])
            except requests.HTTPError:
                continue
            return

    servers.replica.stop("immediate")
    try:
        use_up_broken_connections()
        counted, asked = where(lambda: manager["reading"].call("crm.stage", "count_records", [stage]), "crm_lead")
        assert counted == before
        assert asked == {"primary"}
        with concurrent.futures.ThreadPoolExecutor() as pool:
            restoring = pool.submit(manager["reading"].call, "crm.stage", "restore_records", [stage], limit=50)
            with pytest.raises(concurrent.futures.TimeoutError):
                restoring.result(timeout=5)
            servers.wait_for_replica(False)
            assert restoring.result(timeout=60) == {"done": 50, "remaining": count - 50}
        groups, asked = where(lambda: pipeline(manager["reading"]), "crm_lead")
        assert groups == pipeline(manager["one"])
        assert asked == {"primary"}
    finally:
        servers.replica.start()
        servers.wait_for_replica(True)
    answer = manager["reading"].call("crm.stage", "restore_records", [stage])
    assert answer == {"done": count - 50, "remaining": 0}
    asking = f"SELECT count(*) FROM crm_lead WHERE active AND stage_id = {stage}"
    assert servers.replica.query(asking, database=DATABASE) == [(count,)]
