# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may do what, asked of the server over JSON-RPC by one user of each kind.

`yes`: done. `no`: refused with an AccessError, nothing changed. `login`: there is no session, and the server says so.
A number: answered, and so many records were counted or touched; 0 is what a caller gets who may touch none of them.
Records belong to the home company, and `foreign` is a manager of another one, unless the row says otherwise.
"""

from itertools import count

from odoo.tests import new_test_user, tagged

from .common import Refusal, SetupRpcCase

RECORDS = """
what                          who:  anonymous portal internal own  all  manager foreign admin

crm.team                    read    login     no     yes      yes  yes  yes     no      yes
crm.team                    write   login     no     no       no   no   yes     no      yes
crm.team                    create  login     no     no       no   no   yes     no      yes
crm.team                    unlink  login     no     no       no   no   yes     no      yes

crm.team of all companies   read    login     no     yes      yes  yes  yes     yes     yes
crm.team of all companies   write   login     no     no       no   no   yes     yes     yes
crm.team of all companies   create  login     no     no       no   no   yes     yes     yes
crm.team of all companies   unlink  login     no     no       no   no   yes     yes     yes

# Odoo has no company rule on memberships; here they are of the company of their channel
crm.team.member             read    login     no     yes      yes  yes  yes     no      yes
crm.team.member             write   login     no     no       no   no   yes     no      yes
crm.team.member             create  login     no     no       no   no   yes     no      yes
crm.team.member             unlink  login     no     no       no   no   yes     no      yes

crm.team.member of everyone read    login     no     yes      yes  yes  yes     yes     yes
crm.team.member of everyone write   login     no     no       no   no   yes     yes     yes
crm.team.member of everyone create  login     no     no       no   no   yes     yes     yes
crm.team.member of everyone unlink  login     no     no       no   no   yes     yes     yes

crm.stage                   read    login     no     yes      yes  yes  yes     yes     yes
crm.stage                   write   login     no     no       no   no   yes     yes     yes
crm.stage                   create  login     no     no       no   no   yes     yes     yes
crm.stage                   unlink  login     no     no       no   no   yes     yes     yes

crm.tag                     read    login     no     no       yes  yes  yes     yes     yes
crm.tag                     write   login     no     no       yes  yes  yes     yes     yes
crm.tag                     create  login     no     no       yes  yes  yes     yes     yes
crm.tag                     unlink  login     no     no       no   no   yes     yes     yes

crm.lost.reason             read    login     no     yes      yes  yes  yes     yes     yes
crm.lost.reason             write   login     no     no       no   no   yes     yes     yes
crm.lost.reason             create  login     no     no       no   no   yes     yes     yes
crm.lost.reason             unlink  login     no     no       no   no   yes     yes     yes

mail.activity.type          read    login     no     yes      yes  yes  yes     yes     yes
mail.activity.type          write   login     no     no       no   no   yes     yes     yes
mail.activity.type          create  login     no     no       no   no   yes     yes     yes
mail.activity.type          unlink  login     no     no       no   no   yes     yes     yes

crm.lead of own             read    login     no     no       yes  yes  yes     no      yes
crm.lead of own             write   login     no     no       yes  yes  yes     no      yes
crm.lead of own             create  login     no     no       yes  yes  yes     no      yes
crm.lead of own             unlink  login     no     no       no   no   yes     no      yes

crm.lead of manager         read    login     no     no       no   yes  yes     no      yes
crm.lead of manager         write   login     no     no       no   yes  yes     no      yes
crm.lead of manager         create  login     no     no       no   yes  yes     no      yes
crm.lead of manager         unlink  login     no     no       no   no   yes     no      yes
"""

# the stage holds an opportunity of `own` and one of `manager`, both active but in the row of `restore_records`
METHODS = """
what                                   who:  anonymous portal internal own  all  manager foreign admin

crm.stage action_fold                       login     no     no       no   no   yes     yes     yes
crm.stage action_unfold                     login     no     no       no   no   yes     yes     yes
crm.stage count_records                     login     no     no       1    2    2       0       2
crm.stage delete_options                    login     no     no       no   no   2       2       2
crm.stage archive_records                   login     no     no       1    2    2       0       2
crm.stage restore_records                   login     no     no       1    2    2       0       2
crm.stage apply_probability                 login     no     no       no   no   2       0       2
crm.stage move_records                      login     no     no       no   no   2       2       2
crm.stage unlink                            login     no     no       no   no   yes     yes     yes
crm.stage action_delete                     login     no     no       no   no   yes     yes     yes
crm.stage _run                              login     no     no       no   no   no      no      no
crm.lead action_apply_stage_probability       login     no     no       yes  yes  yes     no      yes
crm.lead _archive_with_stage                login     no     no       no   no   no      no      no
crm.team dashboard                          login     no     yes      yes  yes  yes     no      yes
crm.team action_open_dashboard_graph        login     no     no       yes  yes  yes     no      yes
crm.team action_open_opportunities          login     no     yes      yes  yes  yes     no      yes
crm.team action_open_opportunities_overdue  login     no     yes      yes  yes  yes     no      yes
crm.team action_open_leads_unassigned       login     no     yes      yes  yes  yes     no      yes
crm.team action_open_quotations             login     no     yes      yes  yes  yes     no      yes
crm.team action_open_orders_to_invoice      login     no     yes      yes  yes  yes     no      yes
crm.team action_toggle_favorite             login     no     yes      yes  yes  yes     no      yes
crm.team action_enable_leads                login     no     no       no   no   no      no      yes
crm.tag action_open_opportunities           login     no     no       yes  yes  yes     yes     yes
# a file without data, and Odoo's own of other models is open to the same people
crm.tag get_import_templates                login     yes    yes      yes  yes  yes     yes     yes
bjet.crm.setup get_overview                 login     no     no       no   no   yes     yes     yes
"""
READING = {
    "count_records", "delete_options", "dashboard", "action_open_dashboard_graph", "action_open_opportunities",
    "action_open_opportunities_overdue", "action_open_leads_unassigned", "action_open_quotations",
    "action_open_orders_to_invoice", "action_enable_leads", "get_import_templates", "get_overview",
}  # fmt: skip
# public in Odoo, and extended by the addon: the rights are Odoo's, and the table of records asks for them
EXTENDED = {
    "action_open_leads", "action_restore", "action_set_lost", "action_unarchive", "copy_data", "copy_translations",
    "create", "default_get", "get_bindings", "get_empty_list_help", "get_field_help", "get_field_selection",
    "get_field_string", "load_menus", "name_create", "name_search", "set_values", "unlink", "web_read_group", "write",
}  # fmt: skip
DASHBOARD = [
    "name", "channel_graph_data", "channel_graph_type", "channel_graph_message", "dashboard_invoiced",
    "invoiced_target", "channel_opportunity_count", "channel_opportunity_amount", "channel_overdue_count",
    "channel_unassigned_lead_count", "channel_quotation_count", "channel_to_invoice_count",
]  # fmt: skip


def rows(table):
    """A table as {(what, operation): {kind of user: answer}}."""
    lines = [line for line in table.splitlines() if line.strip() and not line.startswith("#")]
    kinds = lines[0].partition("who:")[2].split()
    found = {}
    for line in lines[1:]:
        *what, operation = line.split()[: -len(kinds)]
        found[" ".join(what), operation] = dict(zip(kinds, line.split()[-len(kinds) :], strict=True))
    return found


@tagged("post_install", "-at_install")
class TestRights(SetupRpcCase):
    """What the cells act on is made anew for each, by the system."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            "portal": cls.portal,
            "internal": cls._new_user("setup_employee", "base.group_user"),
            "own": cls.salesperson,
            "all": cls.salesperson_all,
            "manager": cls.manager,
            "foreign": cls.foreign_manager,
            "admin": cls.env.ref("base.user_admin"),
        }
        cls.numbers = count()

    def cells(self, table):
        """The cells of a table, those of a person, who is logged in, one after the other."""
        by_kind = {}
        for (what, operation), answers in rows(table).items():
            for kind, expected in answers.items():
                by_kind.setdefault(kind, []).append((what, operation, expected))
        for kind, cells in by_kind.items():
            login = kind != "anonymous" and self.people[kind].login
            self.authenticate(login or None, login or None)
            for what, operation, expected in cells:
                yield kind, what, operation, expected

    def values(self, what):
        model, _of, whose = what.partition(" of ")
        name = f"Record {next(self.numbers)}"
        if model == "crm.team":
            return {"name": name, "company_id": False if whose else self.company.id}
        if model == "crm.lead":
            owner = {"user_id": self.people[whose].id, "company_id": self.company.id}
            return {"name": name, "type": "opportunity", "team_id": False, **owner}
        if model == "crm.team.member":
            # one person is in one team only: each membership has a team and a person of its own
            team = self.make(f"crm.team of {whose}" if whose else "crm.team")
            person = new_test_user(self.env, name.replace(" ", "-").lower())
            return {"crm_team_id": team.id, "user_id": person.id}
        return {"name": name}

    def make(self, what):
        return self.env[what.partition(" of ")[0]].create(self.values(what))

    def answer(self, *args):
        """The word of the table for what a call did."""
        try:
            result = self.call(*args)
        except Refusal as refusal:
            words = {"AccessError": "no", "SessionExpiredException": "login"}
            return words.get(refusal.kind, str(refusal))
        if isinstance(result, dict):
            for counter in ("done", "active", "count"):
                if counter in result:
                    return str(result[counter])
        return "yes"

    def test_records(self):
        for kind, what, operation, expected in self.cells(RECORDS):
            with self.subTest(f"{what} {operation}", who=kind):
                self._try_record(what, operation, expected)

    def _try_record(self, what, operation, expected):
        model = what.partition(" of ")[0]
        field, value = (
            ("assignment_max", 7) if model == "crm.team.member" else ("name", f"Changed {next(self.numbers)}")
        )
        if operation == "create":
            values = self.values(what)
            self.assertEqual(self.answer(model, operation, values), expected)
            made = self.env[model].search_count([(name, "=", given) for name, given in values.items()])
            self.assertEqual(made, expected == "yes")
            return
        target = self.make(what)
        arguments = {"read": [[field]], "write": [{field: value}], "unlink": []}[operation]
        self.assertEqual(self.answer(model, operation, target.ids, *arguments), expected)
        left = target.exists()
        self.assertEqual(bool(left), (operation, expected) != ("unlink", "yes"))
        if left:
            self.assertEqual(left[field] == value, (operation, expected) == ("write", "yes"))

    def test_methods(self):
        for kind, what, method, expected in self.cells(METHODS):
            with self.subTest(f"{what} {method}", who=kind):
                scene = Scene(self, method)
                before = scene.state()
                self.assertEqual(self.answer(what, *scene.arguments(what)), expected)
                changes = method not in READING and expected not in {"no", "login", "0"}
                self.assertEqual(scene.state() != before, changes)

    def test_the_table_has_a_row_for_every_public_method(self):
        found = {
            name
            for model in self.env.registry.values()
            for parent in model.__mro__
            if parent.__module__.startswith("odoo.addons.bjet_crm_setup.")
            for name, value in vars(parent).items()
            if callable(value) and not name.startswith("_")
        }
        self.assertEqual(found - EXTENDED - {operation for _what, operation in rows(METHODS)}, set())


class Scene:
    """A stage with two opportunities, and a channel with a graph: what the methods act on."""

    def __init__(self, case, method):
        self.method = method
        self.stage = case.make("crm.stage")
        self.stage.write({"probability": 35, "on_change": True, "fold": method == "action_unfold"})
        self.team = case.make("crm.team")
        self.tag = case.make("crm.tag")
        place = {"stage_id": self.stage.id, "team_id": self.team.id}
        owned = [{**case.values(f"crm.lead of {owner}"), **place} for owner in ("own", "manager")]
        self.leads = case.env["crm.lead"].with_context(active_test=False).create(owned)
        self.leads.write({"probability": 20, "date_deadline": "2030-01-15"})
        if method == "restore_records":
            self.stage.archive_records()

    def state(self):
        """All that the methods may change."""
        self.leads.env.invalidate_all()
        return (
            self.stage.exists().read(["fold", "probability", "on_change"]),
            self.leads.exists().read(["active", "stage_id", "probability", "won_status", "message_ids"]),
            self.team.favorite_user_ids.ids,
        )

    def arguments(self, model):
        """The method as RPC calls it, and its arguments."""
        if self.method == "dashboard":
            return "read", self.team.ids, DASHBOARD
        if self.method in {"get_overview", "get_import_templates"}:
            return (self.method,)
        if self.method == "action_open_dashboard_graph":
            source = {"content": "crm.lead", "group": "stage", "first": "2030-01-01", "last": "2030-01-31"}
            return self.method, self.team.ids, source, self.stage.id
        records = {"crm.stage": self.stage, "crm.lead": self.leads[:1], "crm.team": self.team, "crm.tag": self.tag}
        return self.method, records[model].ids
