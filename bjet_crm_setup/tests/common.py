# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of the addon share: one user of each kind, and both languages."""

import json

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


class Refusal(Exception):
    """What the server answered in place of a result: the class of the error, and its words."""

    def __init__(self, error):
        data = error.get("data") or {}
        self.kind = data.get("name", "").rpartition(".")[2]
        self.message = data.get("message") or ""
        super().__init__(f"{self.kind}: {self.message}\n{data.get('debug') or ''}")


class SetupRpcCase(UsersMixin, HttpCase):
    """Base of the tests that ask the server over JSON-RPC, as a client of somebody who is logged in (`authenticate`)."""

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does; a method on records takes their ids first.

        :raise Refusal: when the server refuses
        """
        self.env.flush_all()
        # written here and not by requests, which refuses NaN and the infinities: the server does not
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
            timeout=60,
        ).json()
        self.env.invalidate_all()
        if "error" in answer:
            raise Refusal(answer["error"])
        return answer.get("result")


class StageTourCase(SetupTourCase):
    """The tours of the stages: a stage with opportunities of the manager and the salesperson, archived and lost ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["crm.team"].create(
            {"name": "Гарячі голови", "member_ids": [Command.set((cls.manager | cls.salesperson).ids)]}
        )
        cls.stage, cls.other_stage = cls.env["crm.stage"].create(
            [
                {"name": "Холодні", "sequence": -2},
                {"name": "Гарячі", "sequence": -1},
            ]
        )
        cls.leads = cls._new_leads("Власне", 40, cls.manager)
        cls.leads_of_seller = cls._new_leads("Чуже", 3, cls.salesperson)
        cls.archived = cls._new_leads("Архівне", 2, cls.manager)
        cls.archived.action_archive()
        cls.lost = cls._new_leads("Втрачене", 1, cls.manager)
        cls.lost_reason = cls.env["crm.lost.reason"].create({"name": "Передумали"})
        cls.lost.action_set_lost(lost_reason_id=cls.lost_reason.id)

    @classmethod
    def _new_leads(cls, name, count, user):
        return cls.env["crm.lead"].create(
            [
                {
                    "name": f"{name} {number}",
                    "type": "opportunity",
                    "stage_id": cls.stage.id,
                    "user_id": user.id,
                    "team_id": cls.team.id,
                    "probability": 20,
                }
                for number in range(count)
            ]
        )

    def walk(self, tour, *args, **kwargs):
        super().walk(tour, *args, **{"timeout": 180, **kwargs})
