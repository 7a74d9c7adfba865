"""Who may do what, asked of a running server over JSON-RPC by one user of each kind.

`yes`: done. `no`: refused with an AccessError, nothing changed. `login`: there is no session, and the server says so.
A number: answered, and so many records were counted or touched; 0 is what a caller gets who may touch none of them.
Records belong to the home company, and `foreign` is a manager of another one, unless the row says otherwise.
"""

import ast
import itertools

import pytest

from dev import live, paths

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
    "get_field_string", "load_menus", "name_search", "set_values", "unlink", "web_read_group", "write",
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


def cells(table):
    return [
        pytest.param(what, operation, kind, expected, id=f"{what.replace(' ', '-')}-{operation}-{kind}")
        for (what, operation), answers in rows(table).items()
        for kind, expected in answers.items()
    ]


class World:
    """What the cells act on: records made anew for each, by the administrator."""

    def __init__(self, sessions):
        self.sessions = sessions
        self.admin = sessions["admin"]
        self.uids = {kind: session.uid for kind, session in sessions.items()}
        self.company = self.admin.call("res.users", "read", [self.admin.uid], ["company_id"])[0]["company_id"][0]
        self.numbers = itertools.count()
        self.member_team = None

    def values(self, what):
        model, _of, whose = what.partition(" of ")
        name = f"Record {next(self.numbers)}"
        if model == "crm.team":
            return {"name": name, "company_id": False if whose else self.company}
        if model == "crm.lead":
            owner = {"user_id": self.uids[whose], "company_id": self.company}
            return {"name": name, "type": "opportunity", "team_id": False, **owner}
        if model == "crm.team.member":
            # one person is in one team only: each membership has a team and a person of its own
            team = self.make(f"crm.team of {whose}" if whose else "crm.team")
            person = self.admin.call("res.users", "create", {"name": name, "login": name.replace(" ", "-").lower()})
            return {"crm_team_id": team, "user_id": person}
        return {"name": name}

    def make(self, what):
        model = what.partition(" of ")[0]
        return self.admin.call(model, "create", self.values(what))


@pytest.fixture(scope="module")
def world(sessions):
    return World(sessions)


def changed_value(model, target):
    return ("assignment_max", 7) if model == "crm.team.member" else ("name", f"Changed {target}")


def attempt(session, model, operation, target, values):
    field, value = changed_value(model, target)
    if operation == "read":
        return session.call(model, "read", [target], [field])
    if operation == "write":
        return session.call(model, "write", [target], {field: value})
    if operation == "create":
        return session.call(model, "create", values)
    return session.call(model, "unlink", [target])


def answer(call):
    """The word of the table for what a call did."""
    try:
        result = call()
    except live.Refusal as refusal:
        words = {"AccessError": "no", "SessionExpiredException": "login"}
        return words.get(refusal.kind, f"{refusal.kind}: {refusal.message}")
    if isinstance(result, dict):
        for counter in ("done", "active", "count"):
            if counter in result:
                return str(result[counter])
    return "yes"


@pytest.mark.parametrize(("what", "operation", "kind", "expected"), cells(RECORDS))
def test_record(world, what, operation, kind, expected):
    model = what.partition(" of ")[0]
    target = None if operation == "create" else world.make(what)
    values = world.values(what) if operation == "create" else None
    assert answer(lambda: attempt(world.sessions[kind], model, operation, target, values)) == expected
    if target is None:
        count = world.admin.call(model, "search_count", [(field, "=", value) for field, value in values.items()])
        assert count == (expected == "yes")
        return
    field, value = changed_value(model, target)
    left = world.admin.call(model, "search_read", [("id", "=", target)], [field])
    if operation == "unlink" and expected == "yes":
        assert left == []
    else:
        assert (left[0][field] == value) == (operation == "write" and expected == "yes")


class Scene:
    """A stage with two opportunities, and a channel with a graph: what the methods act on."""

    def __init__(self, world, method):
        self.world, self.method = world, method
        admin = world.admin
        self.stage = admin.call(
            "crm.stage", "create",
            {**world.values("crm.stage"), "probability": 35, "on_change": True, "fold": method == "action_unfold"},
        )  # fmt: skip
        self.team = world.make("crm.team")
        self.tag = world.make("crm.tag")
        place = {"stage_id": self.stage, "team_id": self.team}
        self.leads = [
            admin.call("crm.lead", "create", {**world.values(f"crm.lead of {owner}"), **place})
            for owner in ("own", "manager")
        ]
        admin.call("crm.lead", "write", self.leads, {"probability": 20, "date_deadline": "2030-01-15"})
        if method == "restore_records":
            admin.call("crm.stage", "archive_records", [self.stage])

    def state(self):
        """All that the methods may change."""
        admin = self.world.admin
        with_archived = {"context": {"active_test": False}}
        return (
            admin.call("crm.stage", "search_read", [("id", "=", self.stage)], ["fold", "probability", "on_change"]),
            admin.call(
                "crm.lead", "search_read", [("id", "in", self.leads)],
                ["active", "stage_id", "probability", "won_status", "message_ids"], order="id", **with_archived,
            ),
            admin.call("crm.team", "read", [self.team], ["favorite_user_ids"]),
        )  # fmt: skip

    def call(self, session, model):
        if self.method == "dashboard":
            return session.call("crm.team", "read", [self.team], DASHBOARD)
        if self.method in {"get_overview", "get_import_templates"}:
            return session.call(model, self.method)
        if self.method == "action_open_dashboard_graph":
            source = {"content": "crm.lead", "group": "stage", "first": "2030-01-01", "last": "2030-01-31"}
            return session.call(model, self.method, [self.team], source, self.stage)
        ids = {"crm.stage": [self.stage], "crm.lead": self.leads[:1], "crm.team": [self.team], "crm.tag": [self.tag]}[
            model
        ]
        return session.call(model, self.method, ids)


@pytest.mark.parametrize(("what", "operation", "kind", "expected"), cells(METHODS))
def test_method(world, what, operation, kind, expected):
    scene = Scene(world, operation)
    before = scene.state()
    assert answer(lambda: scene.call(world.sessions[kind], what)) == expected
    changes = operation not in READING and expected not in {"no", "login", "0"}
    assert (scene.state() != before) == changes


def public_methods():
    """Every method of the addon's models that RPC may call, as their source tells."""
    found = set()
    for path in sorted((paths.ADDON / "models").glob("*.py")):
        for model in ast.parse(path.read_text()).body:
            if isinstance(model, ast.ClassDef) and any("Model" in ast.unparse(base) for base in model.bases):
                found.update(node.name for node in model.body if isinstance(node, ast.FunctionDef))
    return {name for name in found if not name.startswith("_")}


def test_the_table_has_a_row_for_every_public_method():
    assert public_methods() - EXTENDED - {operation for _what, operation in rows(METHODS)} == set()
