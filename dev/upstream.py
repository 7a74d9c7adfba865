"""`make test-upstream`: Odoo's own tests, with the addon and without it, compared by name.

A test may end differently only where `docs/upstream.md` lists it, with the row of the design that asks for it; a test
listed there that does not differ is an error too. What differs or fails is run a second time before it counts, one side
after the other: browser tests miss their time on a busy machine.
"""

import contextlib
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from . import database, paths
from .console import Failure, child, failure, say, step

LIST = paths.ROOT / "docs" / "upstream.md"
RESULTS = paths.STATE / "results"
SIDES = ("without", "with")


class Suite(NamedTuple):
    """Tests, and the database that they run on."""

    name: str
    modules: str
    tests: tuple
    root: Path = None  # the folder above `addons` that their names begin at; None for Odoo's own
    options: tuple = ()


# modules that make, show or automate what the addon changes
AROUND = (
    "website_crm", "crm_livechat", "website_crm_partner_assign", "event_crm", "survey_crm", "crm_sms", "crm_mail_plugin",
    "base_automation",
)  # fmt: skip
SUITES = {
    suite.name: suite
    for suite in (
        Suite(
            "crm",
            database.DEPENDS,
            ("crm/tests", "sales_team/tests", "sale_crm/tests", "calendar/tests", "mail/tests/test_mail_activity.py"),
        ),
        Suite("full", f"{database.DEPENDS},test_crm_full", ("test_crm_full/tests",)),
        Suite(
            "around",
            ",".join([database.DEPENDS, *AROUND, "test_mail"]),
            (
                *(f"{module}/tests" for module in AROUND),
                "test_mail/tests/test_mail_activity.py",
                "test_mail/tests/test_mail_activity_mixin.py",
                "test_mail/tests/test_mail_activity_plan.py",
            ),
            # tours and pages of the website's editor, which fail without the addon as well, each after its whole time
            options=("-k", "not TestPublish and not technical_pages"),
        ),
    )
}


def read_results(path):
    """{test: outcome} out of pytest's XML file; a test is named `module.tests.file.Class.method`."""
    outcomes = {}
    for case in ET.parse(path).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}".rpartition("addons.")[2]
        worst = next((kind for kind in ("error", "failure", "skipped") if case.find(kind) is not None), "passed")
        # a test that fails and whose clean-up fails too has two entries
        outcomes[name] = worst if outcomes.get(name, "passed") == "passed" else outcomes[name]
    return outcomes


def read_list(text):
    """{test: (row of the design, reason)} out of the table in the text."""
    rows = re.findall(r"^\| *`([^`]+)` *\| *([^|]+?) *\| *([^|]+?) *\|$", text, re.MULTILINE)
    return {test: (row, reason) for test, row, reason in rows}


def compare(without, with_addon, listed, name=LIST.name):
    """What is wrong, one sentence each."""
    wrong = []
    for test in sorted({*without, *with_addon}):
        before, after = without.get(test, "not run"), with_addon.get(test, "not run")
        if before != after and test not in listed:
            wrong.append(f"{test}: {before} without the addon, {after} with it")
        elif before == after and test in listed:
            wrong.append(f"{test}: {after} with the addon and without it; {name} lists it as different")
    return wrong


def node(odoo, test):
    """The test's place as pytest takes it."""
    *folders, file, cls, method = test.split(".")
    return f"{odoo.folder('/'.join(folders))}/{file}.py::{cls}::{method}"


def _pytest(odoo, names, label, suite, tests):
    """Run the same tests of a suite on both databases at once; return {side: {test: outcome}}."""
    running = {}
    with contextlib.ExitStack() as stack:
        for side, name in names.items():
            config = odoo.write_config(name, name, log_level="critical")
            report, log = RESULTS / f"{label}_{side}.xml", paths.LOGS / f"upstream_{label}_{side}.log"
            report.unlink(missing_ok=True)
            written = stack.enter_context(log.open("w"))
            command = [
                odoo.python, "-m", "pytest", "-c", paths.ROOT / "pyproject.toml", "--rootdir", suite.root or odoo.home,
                "-p", "dev.tours", f"--odoo-config={config}", "--odoo-http", f"--junitxml={report}", *suite.options, *tests,
            ]  # fmt: skip
            process = stack.enter_context(
                child(command, apart=True, stdout=written, stderr=written, env=odoo.environment(), cwd=paths.ROOT)
            )
            running[side] = process, report, log
        for process, report, log in running.values():
            if process.wait() not in (0, 1) or not report.exists():
                raise failure(f"Odoo's tests could not be run; the log is {log}, the end:", log.read_text())
    return {side: read_results(report) for side, (_process, report, _log) in running.items()}


def _run_suite(odoo, suite, listed):
    names = {side: f"{database.RUN}_upstream_{suite.name}_{side}" for side in SIDES}
    for name in names.values():
        database.clone(odoo, database.ensure_base(odoo, modules=suite.modules), name)
    database.install(odoo, names["with"])
    tests = [odoo.folder(path) for path in suite.tests]
    with step(f"Running the tests of others ({suite.name}) with the addon and without it"):
        found = _pytest(odoo, names, suite.name, suite, tests)
    doubtful = sorted(
        test
        for test in {*found["with"], *found["without"]}
        if test not in listed and {found[side].get(test) for side in SIDES} not in ({"passed"}, {"skipped"})
    )
    if doubtful:
        with step(f"Running again the {len(doubtful)} that differed or failed"):
            nodes = [node(odoo, test) for test in doubtful]
            for side, name in names.items():
                found[side].update(_pytest(odoo, {side: name}, f"{suite.name}_again", suite, nodes)[side])
    for name in names.values():
        database.drop(odoo, name)
    return found


def run(odoo, suites=()):
    """Run some of Odoo's own suites, or all; return the exit code."""
    if unknown := set(suites) - set(SUITES):
        raise Failure(f"There is no suite {', '.join(sorted(unknown))}: {', '.join(SUITES)}.")
    return run_suites(odoo, [SUITES[name] for name in suites or SUITES], LIST, whole=not suites)


def run_suites(odoo, suites, list_of_differences, whole=True):
    """Run suites and hold their differences against a list; return the exit code.

    :param whole: whether all that the list is about is run
    """
    RESULTS.mkdir(parents=True, exist_ok=True)
    listed = read_list(list_of_differences.read_text())
    outcomes = {side: {} for side in SIDES}
    for suite in suites:
        for side, found in _run_suite(odoo, suite, listed).items():
            outcomes[side].update(found)
    if not whole:
        listed = {test: row for test, row in listed.items() if test in outcomes["with"]}
    name = list_of_differences.name
    wrong = compare(outcomes["without"], outcomes["with"], listed, name)
    wrong += [f"{test}: listed in {name}, and not among the tests" for test in listed if test not in outcomes["with"]]
    for side in SIDES:
        counts = Counter(outcomes[side].values())
        say(f"  {side} the addon: " + ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items())))
    failing = sorted(test for test, end in outcomes["without"].items() if end in ("failure", "error"))
    if failing:
        say("  Failing here without the addon too:\n" + "\n".join(f"    {test}" for test in failing))
    if not outcomes["with"]:
        wrong.append("no test was run")
    say(
        "\n".join(f"✗ {line}" for line in wrong)
        if wrong
        else f"These tests end the same with the addon as without it, but for the {len(listed)} in docs/{name}."
    )
    return 1 if wrong else 0
