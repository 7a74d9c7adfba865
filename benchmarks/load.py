"""A server with two workers under the load of browsers, with the addon and without: the last part of `make bench`.

What a browser asks for is not guessed: Chromium opens the pipeline, drags a card, archives a column and opens the
dashboards on the very database that is measured, and its requests are sent again, by 1, 8 and 32 people at once. The
same is done for one person on pipelines of 1,000 to 100,000 opportunities. Everything stays on this machine's loopback;
the program that asks shares its cores with the server and PostgreSQL.
"""

import argparse
import concurrent.futures
import contextlib
import copy
import itertools
import os
import platform
import re
import statistics
import sys
import time
from datetime import date

import psutil

from dev import browser, database, live, odoo, page, paths, postgres
from dev.console import Failure, say, step, wait

from . import data, growth
from .rows import as_table

NAME = f"{database.RUN}_load"
REPORT = paths.ROOT / "docs" / "load.md"
WITH, WITHOUT = "with the addon", "without it"
SIDES = (WITHOUT, WITH)
WORKERS = 2
USERS = (1, 8, 32)
SIZES = (1_000, 10_000, 100_000)
SECONDS = 10
CARDS = 40
PASSWORD = "a-password-of-the-bench"
MODELS = {"crm.lead", "crm.stage", "crm.team"}
PIPELINE, DRAG, DASHBOARDS, ARCHIVE, RESTORE = (
    "open the whole pipeline", "drag a card", "open the dashboards", "archive a column", "restore it",
)  # fmt: skip
# Each round is compared by itself: in a mixed one, what is quick waits for what is slow
COMMON = ((PIPELINE,), (DRAG,), (DASHBOARDS,))
# Odoo 19 has no column actions: these are the addon's alone
ROUNDS = {WITHOUT: COMMON, WITH: (*COMMON, (ARCHIVE, RESTORE))}
SCENES = {side: tuple(itertools.chain(*rounds)) for side, rounds in ROUNDS.items()}
# What a proxy before Odoo would hold open: Odoo's own queue has eight places for each worker, and turns the rest away.
# Who comes first is served first, which a semaphore would not do: whoever has just let go of it takes it again
CONNECTIONS = 8 * WORKERS
PROXY = concurrent.futures.ThreadPoolExecutor(CONNECTIONS)
# the channels of the addon, and the teams of Odoo
CARDS_OF_TEAMS = {WITH: "bjet_crm_setup.crm_team_action_dashboard", WITHOUT: "sales_team.crm_team_action_pipeline"}

# the others have the same password: deriving a key for each takes longer than the rest
PEOPLE = f"""
from odoo import Command
group = env.ref("sales_team.group_sale_manager")
users = env["res.users"].with_context(no_reset_password=True).create([
    {{"name": f"Bench {{number}}", "login": f"bench{{number}}", "group_ids": [Command.set(group.ids)]}}
    for number in range({max(USERS)})
])
users[0].password = "{PASSWORD}"
env.flush_all()
env.cr.execute("UPDATE res_users SET password = (SELECT password FROM res_users WHERE id = %s) WHERE id IN %s",
               [users[0].id, users._ids])
env.cr.execute(
    "UPDATE crm_lead SET user_id = (%s::int[])[1 + rank %% %s] FROM ("
    " SELECT id, row_number() OVER (ORDER BY id) - 1 AS rank FROM crm_lead"
    " WHERE stage_id = (SELECT id FROM crm_stage WHERE name->>'en_US' = 'Bench pipeline C') LIMIT %s"
    ") AS card WHERE card.id = crm_lead.id", [users.ids, len(users), {CARDS} * len(users)])
env.cr.commit()
"""


def _during(tab, do):
    """What a page asks of the server about the models of the bench while something is done."""
    asked = []

    def note(request):
        if "/web/dataset/call_kw" in request.url and request.post_data_json["params"]["model"] in MODELS:
            asked.append(request.post_data_json["params"])

    tab.tab.on("request", note)
    do()
    tab.rest()
    tab.tab.remove_listener("request", note)
    return asked


def record(site, side, stages):
    """{scene: the requests of a browser}, on this site."""
    with page.browsing(browser.ensure()) as tab:
        tab.log_in(site.url, "bench0", PASSWORD)
        tab.open(f"{site.url}/odoo/action-crm.crm_lead_action_pipeline")
        tab.wait(".o_kanban_record:not(.o_kanban_ghost)")
        found = {}
        if side == WITH:
            column = _column(tab, stages[-1])
            for scene, entry in ((ARCHIVE, "o_stage_archive_records"), (RESTORE, "o_stage_restore_records")):
                found[scene] = _during(tab, lambda entry=entry: _column_action(tab, column, entry))
        found[PIPELINE] = _during(tab, lambda: _drop_filters(tab))
        source, target = (_column(tab, stage) for stage in stages[:2])
        found[DRAG] = _during(tab, lambda: _drag(tab, source, target))
        found[DASHBOARDS] = _during(tab, lambda: tab.open(f"{site.url}/odoo/action-{CARDS_OF_TEAMS[side]}"))
        return found


def _column(tab, stage):
    return f".o_kanban_group:has-text('{stage}')"


def _drag(tab, source, target):
    tab.drag(f"{source} .o_kanban_record:not(.o_kanban_ghost)", f"{target} .o_kanban_record")
    tab.drop()


def _column_action(tab, column, entry):
    tab.hover(f"{column} .o_kanban_header")
    tab.click(f"{column} .o_group_config button")
    tab.click(f".o-dropdown--menu .{entry}")
    tab.click(".o_stage_run_confirm")
    tab.gone(".modal")


def _drop_filters(tab):
    tab.click(".o_searchview_facet .o_facet_remove")
    tab.wait(".o_kanban_record:not(.o_kanban_ghost)")


def _make_assets(session):
    """Have the web client's bundles made before anyone waits for them."""
    shown = session.http.get(f"{session.url}/odoo", timeout=live.CALL_SECONDS).text
    for bundle in set(re.findall(r'"(/web/assets/[^"]+)"', shown)):
        session.http.get(session.url + bundle, timeout=live.CALL_SECONDS).raise_for_status()


class Person:
    """One of the people: a session, cards of their own, and the recorded requests made theirs."""

    def __init__(self, site, name, number, recorded, stages):
        self.session = site.session(name, f"bench{number}", PASSWORD)
        self.recorded = recorded
        self.stages = itertools.cycle(stages)
        self.cards = itertools.cycle(
            self.session.call("crm.lead", "search", [("user_id", "=", self.session.uid), ("stage_id", "in", stages)])
        )

    def do(self, scene):
        """Do it, and return the seconds of each request."""
        taken = []
        card, stage = (next(self.cards), next(self.stages)) if scene == DRAG else (None, None)
        for request in self.recorded[scene]:
            request = self._mine(request, card, stage)
            route = f"/web/dataset/call_kw/{request['model']}/{request['method']}"
            while True:
                start = time.perf_counter()
                answer = PROXY.submit(self.session.rpc, route, **request).result()
                taken.append(time.perf_counter() - start)
                if not (isinstance(answer, dict) and answer.get("remaining")):
                    break
        return taken

    def _mine(self, request, card, stage):
        request = copy.deepcopy(request)
        if context := request["kwargs"].get("context"):
            context["uid"] = self.session.uid
        if card and request["method"] == "web_save":
            request["args"] = [[card], {"stage_id": stage}]
        return self._my_domain(request)

    def _my_domain(self, value):
        """The filter My Pipeline names the person."""
        if isinstance(value, list):
            if len(value) == 3 and value[0] == "user_id" and value[1] == "=":
                return ["user_id", "=", self.session.uid]
            return [self._my_domain(item) for item in value]
        if isinstance(value, dict):
            return {key: self._my_domain(item) for key, item in value.items()}
        return value


class Load:
    """What came of some people working for some seconds."""

    def __init__(self):
        self.scenes = {}
        self.rates = {}
        self.errors = []
        self.memory = 0

    def quantile(self, scene, share):
        times = sorted(self.scenes[scene])
        return times[min(int(len(times) * share), len(times) - 1)]

    def join(self, other):
        """Add another round."""
        self.scenes.update(other.scenes)
        self.rates.update(other.rates)
        self.errors += other.errors
        self.memory = max(self.memory, other.memory)


def work(site, people, scenes, seconds):
    load, requests = Load(), []
    start = time.monotonic()
    deadline = start + seconds

    def live_on(number, person):
        # not all of them in step
        for scene in itertools.islice(itertools.cycle(scenes), number % len(scenes), None):
            if time.monotonic() > deadline:
                return
            try:
                taken = person.do(scene)
            except (live.Refusal, OSError) as error:
                load.errors.append(f"{scene}: {error}")
                continue
            requests.extend(taken)
            load.scenes.setdefault(scene, []).append(sum(taken))

    with concurrent.futures.ThreadPoolExecutor(len(people)) as pool:
        running = [pool.submit(live_on, number, person) for number, person in enumerate(people)]
        for done in concurrent.futures.as_completed(running):
            done.result()
    # what was asked for in time is answered after it
    load.rates = dict.fromkeys(scenes, len(requests) / (time.monotonic() - start))
    load.memory = max(process.memory_info().rss for process in psutil.Process(site.process.pid).children()) / 2**20
    return load


@contextlib.contextmanager
def _sites(instance, size):
    """{side: (site, its database)} on a pipeline of that size."""
    base = f"{NAME}_base"
    with step(f"A pipeline of {size:,} opportunities"):
        database.clone(instance, database.ensure_base(instance), base)
        data.fill(instance.server, base, share=size / SIZES[-1])
        instance.shell(base, base, PEOPLE)
    with contextlib.ExitStack() as stack:
        stack.callback(database.drop, instance, base)
        found = {}
        for side, name in ((WITHOUT, f"{NAME}_without"), (WITH, f"{NAME}_with")):
            database.clone(instance, base, name)
            stack.callback(database.drop, instance, name)
            if side == WITH:
                database.install(instance, name)
            instance.server.query("VACUUM ANALYZE", database=name)
            site = stack.enter_context(live.serving(instance, name, name, workers=WORKERS, log_level="warn"))
            found[side] = site, name
        yield found


def measure(instance, size, crowds, seconds):
    """{(side, number of people): Load}"""
    found = {}
    with _sites(instance, size) as sites:
        stages = [f"Bench pipeline {letter}" for letter in "ABC"]
        for side, (site, name) in sites.items():
            with step(f"Chromium looks at it {side}"):
                _make_assets(site.session(name, "bench0", PASSWORD))
                recorded = record(site, side, stages)
            empty = [scene for scene in SCENES[side] if not recorded[scene]]
            if empty:
                raise Failure(f"Chromium asked for nothing to {', '.join(empty)}.")
            ids = [
                row[0]
                for row in instance.server.query(
                    "SELECT id FROM crm_stage WHERE name->>'en_US' = ANY(%s) ORDER BY 1", [stages], name
                )
            ]
            people = [Person(site, name, number, recorded, ids[1:]) for number in range(max(crowds))]
            for crowd in crowds:
                # workers that have loaded everything, as on any other minute of the day
                load = found[side, crowd] = Load()
                with step(f"{crowd} at once, {side}, {seconds} s each"):
                    for scenes in ROUNDS[side]:
                        work(site, people[:WORKERS], scenes, 2)
                        load.join(work(site, people[:crowd], scenes, seconds))
                for scene in load.scenes:
                    say(
                        f"  {scene}: {load.quantile(scene, 0.5) * 1000:.0f} ms, 99 % {load.quantile(scene, 0.99) * 1000:.0f}"
                    )
                for error in load.errors[:5]:
                    say(f"  ✗ {error}")
    return found


# ------------------------------------------------------------
# REPORT
# ------------------------------------------------------------


def load_table(found, crowds):
    lines = []
    for crowd in crowds:
        for scene in SCENES[WITH]:
            cells = []
            for side in SIDES:
                load = found[side, crowd]
                if scene in load.scenes:
                    times = " / ".join(f"{load.quantile(scene, share) * 1000:.0f}" for share in (0.5, 0.99))
                    cells.append(f"{times} ms, {load.rates[scene]:.0f} requests a second")
                else:
                    cells.append("")
            lines.append([crowd, scene, *cells])
        for what, of in (
            ("errors", lambda load: len(load.errors)),
            ("memory of the larger worker", lambda load: f"{load.memory:.0f} MB"),
        ):
            lines.append([crowd, f"*{what}*", *(of(found[side, crowd]) for side in SIDES)])
    return as_table(["people at once", "50th / 99th percentile, requests a second", *SIDES], lines)


def growth_table(medians):
    lines = [
        [scene, side, *(f"{medians[scene, side][size] * 1000:.0f} ms" for size in SIZES)]
        for scene in SCENES[WITH]
        for side in SIDES
        if (scene, side) in medians
    ]
    return as_table(["median", "", *(f"{size:,}" for size in SIZES)], lines)


def write_report(found, medians):
    """The whole page."""
    growth.draw(medians, SIZES)
    REPORT.write_text(
        f"""# Under load

Written by `make bench` on {date.today():%Y-%m-%d}: {os.cpu_count()} cores, Python {platform.python_version()}, {WORKERS} workers, with PostgreSQL and the program that
asks on the same cores. Chromium's own requests are sent again, each thing in a round of {SECONDS} seconds by itself. A drag is the saving
of the card and the reading that the client does after it. Archiving and restoring a column by turns, which Odoo 19 does not have,
is the whole run over the {CARDS} cards that the column shows under My Pipeline, with the reading before and after. The addon's
dashboards draw a graph for each channel and count its documents; Odoo's page of teams does not. At most {CONNECTIONS} connections are open
at once, as with a proxy before Odoo; the wait for one is part of the times.

One person's medians moved by a third between runs on this machine, either way: a difference below a third says nothing here.
What the addon costs is measured in [benchmarks/results.md](../benchmarks/results.md).

## {SIZES[-1]:,} opportunities

{load_table(found, USERS)}

## How it grows

One person, on pipelines of different sizes, doing one thing after the other.

![Median time against the number of opportunities](images/growth.svg)

{growth_table(medians)}
"""
    )


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long each number of people works")
    parser.add_argument("--users", type=int, nargs="*", default=USERS)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="the last one carries all the people")
    arguments = parser.parse_args()
    # A person may wait longer for one of two workers than the two seconds after which Odoo hangs up on who sends nothing
    os.environ["ODOO_HTTP_SOCKET_TIMEOUT"] = "60"
    medians, errors = {}, 0
    with paths.lock("bench", wait), postgres.server() as server:
        instance = odoo.Odoo(server)
        for size in arguments.sizes:
            largest = size == arguments.sizes[-1]
            found = measure(instance, size, arguments.users if largest else (1,), arguments.seconds)
            for (side, crowd), load in found.items():
                errors += len(load.errors)
                if crowd == 1:
                    for scene, times in load.scenes.items():
                        medians.setdefault((scene, side), {})[size] = statistics.median(times)
    say(load_table(found, arguments.users))
    if errors:
        say(f"✗ {errors} errors: the report stays as it was.")
        return 1
    if (tuple(arguments.users), tuple(arguments.sizes), arguments.seconds) == (USERS, SIZES, SECONDS):
        write_report(found, medians)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        say(f"✗ {failure}")
        sys.exit(1)
