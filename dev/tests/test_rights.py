"""Who may do what, asked of a running server over JSON-RPC by one user of each kind.

`yes`: done. `no`: refused with an AccessError, nothing changed. `login`: there is no session, and the server says so.
`none`: answered, and nothing of what the caller may not touch was touched.
Records belong to the home company, and `foreign` is a manager of another one, unless the row says otherwise.
"""

import itertools

import pytest

from dev import live

TABLE = """
what                          who:  anonymous portal internal own  all  manager foreign admin

crm.team                    read    login     no     yes      yes  yes  yes     no      yes
crm.team                    write   login     no     no       no   no   yes     no      yes
crm.team                    create  login     no     no       no   no   yes     no      yes
crm.team                    unlink  login     no     no       no   no   yes     no      yes

crm.team of all companies   read    login     no     yes      yes  yes  yes     yes     yes
crm.team of all companies   write   login     no     no       no   no   yes     yes     yes
crm.team of all companies   create  login     no     no       no   no   yes     yes     yes
crm.team of all companies   unlink  login     no     no       no   no   yes     yes     yes

# Odoo has no company rule on memberships, and the addon adds none
crm.team.member             read    login     no     yes      yes  yes  yes     yes     yes
crm.team.member             write   login     no     no       no   no   yes     yes     yes
crm.team.member             create  login     no     no       no   no   yes     yes     yes
crm.team.member             unlink  login     no     no       no   no   yes     yes     yes

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


def rows():
    """The table as {(what, operation): {kind of user: answer}}."""
    lines = [line for line in TABLE.splitlines() if line.strip() and not line.startswith("#")]
    kinds = lines[0].partition("who:")[2].split()
    found = {}
    for line in lines[1:]:
        *what, operation = line.split()[: -len(kinds)]
        found[" ".join(what), operation] = dict(zip(kinds, line.split()[-len(kinds) :], strict=True))
    return found


ROWS = rows()
CELLS = [(what, operation, kind) for (what, operation), answers in ROWS.items() for kind in answers]


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
            team = self.make("crm.team")
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
        call()
    except live.Refusal as refusal:
        words = {"AccessError": "no", "SessionExpiredException": "login"}
        return words.get(refusal.kind, f"{refusal.kind}: {refusal.message}")
    return "yes"


@pytest.mark.parametrize(("what", "operation", "kind"), CELLS, ids=lambda part: part.replace(" ", "-"))
def test_cell(world, what, operation, kind):
    model = what.partition(" of ")[0]
    expected = ROWS[what, operation][kind]
    target = None if operation == "create" else world.make(what)
    values = world.values(what) if operation == "create" else None
    found = answer(lambda: attempt(world.sessions[kind], model, operation, target, values))
    assert found == expected
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
