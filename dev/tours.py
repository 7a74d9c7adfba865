"""A pytest plugin: a browser test that could not run is a failure, never a quiet skip."""

import re

import pytest

from . import database

NO_BROWSER = re.compile(r"chrome|websocket-client|not found", re.IGNORECASE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    from odoo.tests import HttpCase

    report = yield
    if report.skipped and item.cls and issubclass(item.cls, HttpCase):
        reason = str(report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr)
        if database.ADDON in item.cls.__module__ or NO_BROWSER.search(reason):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} needs a browser and was skipped ({reason}): a tour has to run."
    return report
