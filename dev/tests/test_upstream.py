"""Comparing two runs of Odoo's own tests."""

from dev import upstream

REPORT = """<testsuites><testsuite>
<testcase classname=".dev.odoo.addons.crm.tests.test_a.TestA" name="test_1" />
<testcase classname=".dev.odoo.addons.crm.tests.test_a.TestA" name="test_2"><failure message="no" /></testcase>
<testcase classname=".dev.odoo.addons.crm.tests.test_a.TestA" name="test_2"><error message="in the clean-up" /></testcase>
<testcase classname=".dev.odoo.addons.crm.tests.test_a.TestA" name="test_3"><skipped message="why" /></testcase>
</testsuite></testsuites>"""


def test_results_go_by_the_name_of_the_test(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert upstream.read_results(report) == {
        "crm.tests.test_a.TestA.test_1": "passed",
        "crm.tests.test_a.TestA.test_2": "failure",
        "crm.tests.test_a.TestA.test_3": "skipped",
    }


def test_a_difference_has_to_be_listed_and_what_is_listed_has_to_differ():
    without = {"a": "passed", "b": "passed", "c": "failure", "d": "passed"}
    with_addon = {"a": "passed", "b": "failure", "c": "failure"}
    listed = upstream.read_list("| test | row | reason |\n| --- | --- | --- |\n| `b` | S5 | it asks for it |\n")
    assert listed == {"b": ("S5", "it asks for it")}
    assert upstream.compare(without, with_addon, listed) == ["d: passed without the addon, not run with it"]
    assert upstream.compare(without, without, listed) == [
        "b: passed with the addon and without it; upstream.md lists it as different"
    ]
