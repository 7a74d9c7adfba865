"""A pytest plugin for browser tests: what they load is made once, and one that could not run is a failure, never a quiet
skip."""

import re

import pytest

from . import database

NO_BROWSER = re.compile(r"chrome|websocket-client|not found", re.IGNORECASE)


@pytest.fixture(scope="session", autouse=True)
def bundles(request, load_registry, load_http):
    """Scripts and styles, made before the first browser opens.

    Each test rolls back what the one before it had the server make; and while one request makes them, Odoo refuses the
    others after 20 seconds, with a page of HTML where the web client waits for its menus.
    """
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.tests import HttpCase
    from odoo.tests.common import get_db_name

    if not any(item.cls and issubclass(item.cls, HttpCase) for item in request.session.items):
        return
    HttpCase.test_cursor_lock_timeout = 120
    with Registry(get_db_name()).cursor() as cr:
        Environment(cr, SUPERUSER_ID, {})["ir.qweb"]._pregenerate_assets_bundles()


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
