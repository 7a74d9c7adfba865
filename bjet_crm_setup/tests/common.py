# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of the addon share: one user of each kind, and both languages."""

from odoo.fields import Command
from odoo.tests import HttpCase, TransactionCase, new_test_user

UKRAINIAN = "uk_UA"


class UsersMixin:
    """A user of each kind, in the main company unless said otherwise; each password is the login.

    `manager`, `salesperson` (own documents only), `salesperson_all` (all documents), `foreign_manager` (manager of
    `foreign_company` alone), `portal`.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(UKRAINIAN)
        cls.company = cls.env.ref("base.main_company")
        cls.foreign_company = cls.env["res.company"].create({"name": "Foreign Company"})
        cls.manager = cls._new_user("setup_manager", "sales_team.group_sale_manager")
        cls.salesperson = cls._new_user("setup_salesperson", "sales_team.group_sale_salesman")
        cls.salesperson_all = cls._new_user("setup_salesperson_all", "sales_team.group_sale_salesman_all_leads")
        cls.foreign_manager = cls._new_user(
            "setup_foreign_manager", "sales_team.group_sale_manager", company=cls.foreign_company
        )
        cls.portal = cls._new_user("setup_portal", "base.group_portal")

    @classmethod
    def _new_user(cls, login, group, company=None, **values):
        company = company or cls.company
        groups = group if group == "base.group_portal" else f"base.group_user,{group}"
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            **values,
        )

    @classmethod
    def in_ukrainian(cls, record):
        return record.with_context(lang=UKRAINIAN)

    @classmethod
    def in_english(cls, record):
        return record.with_context(lang="en_US")


class SetupCase(UsersMixin, TransactionCase):
    """Base of the tests that need no browser."""


class SetupTourCase(UsersMixin, HttpCase):
    """Base of the browser tours: each is walked in Ukrainian, by a manager unless told otherwise."""

    def walk(self, tour, url="/odoo", user=None, **kwargs):
        user = user or self.manager
        user.lang = UKRAINIAN
        self.start_tour(url, tour, login=user.login, **kwargs)
