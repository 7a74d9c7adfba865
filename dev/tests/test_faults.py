"""What happens to the records of a stage when runs meet each other, or the server dies under one: all are done or
untouched, none is lost, and no line of the history is written twice."""

import concurrent.futures
import threading

import pytest

from dev import live

from .common import MANAGER, none_of, troubles

COUNT = 400
BATCH = 20
CREATED = 40
# how many transactions have written opportunities and are not done
WRITING = "SELECT count(*) FROM pg_locks WHERE relation = 'crm_lead'::regclass AND mode = 'RowExclusiveLock'"


class Pipeline:
    """A manager's stage full of opportunities, on a server that may be taken away and come back."""

    def __init__(self, site, database):
        self.database = database
        self.session = self.enter(site)

    def enter(self, site):
        return site.session(self.database, *MANAGER)

    def fill(self, name, count=COUNT):
        """A new stage with opportunities in it; return its id and theirs."""
        [stage] = self.session.call("crm.stage", "create", [{"name": name, "sequence": 50}])
        ids = self.session.call("crm.lead", "create", [self.opportunity(stage, number) for number in range(count)])
        return stage, ids

    @staticmethod
    def opportunity(stage, number):
        return {"name": f"Opportunity {number}", "type": "opportunity", "stage_id": stage}

    def write_while_others_do(self, instance, other, stage, stage_values, ids, lead_values):
        """Write a stage while a transaction of another client has written opportunities and is not done."""
        with concurrent.futures.ThreadPoolExecutor() as pool:
            writing = pool.submit(other.call, "crm.lead", "write", ids, lead_values)
            while instance.server.query(WRITING, database=self.database) == [(0,)]:
                assert not writing.done(), "The two have to meet"
            self.session.call("crm.stage", "write", [stage], stage_values)
            writing.result()

    def lines(self, ids, words):
        """How many lines of this kind each of the records has."""
        found = self.session.call(
            "mail.message", "search_read", [("model", "=", "crm.lead"), ("res_id", "in", ids), ("body", "ilike", words)],
            ["res_id"],
        )  # fmt: skip
        counts = dict.fromkeys(ids, 0)
        for line in found:
            counts[line["res_id"]] += 1
        return counts

    def read(self, ids, *names):
        # a list of ids would hide that one is gone
        return self.session.call(
            "crm.lead", "search_read", [("id", "in", ids), ("active", "in", [True, False])], list(names)
        )


@pytest.fixture
def pipeline(site, scratch):
    return Pipeline(site, scratch)


def drain(session, stage, method="archive_records", **kwargs):
    """The web client's loop. Return what each call did."""
    done = []
    while True:
        answer = session.call("crm.stage", method, [stage], limit=BATCH, **kwargs)
        done.append(answer["done"])
        if not answer["remaining"]:
            return done
        assert answer["done"], "A client would ask for ever"


def test_two_clients_archive_the_same_stage(site, pipeline):
    stage, ids = pipeline.fill("Archived by two")
    sessions = [pipeline.enter(site) for _ in range(2)]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda session: drain(session, stage), sessions))
    assert sum(map(sum, done)) == COUNT
    assert {lead["active"] for lead in pipeline.read(ids, "active")} == {False}
    assert set(pipeline.lines(ids, "Archived with the other records").values()) == {1}


def test_one_archives_while_another_restores(site, pipeline):
    """Either order is right for each of them; its history says what happened to it."""
    stage, ids = pipeline.fill("Archived and restored", COUNT // 2)
    session = pipeline.enter(site)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        archiving = pool.submit(drain, session, stage)
        restored = 0
        while not archiving.done():
            restored += pipeline.session.call("crm.stage", "restore_records", [stage], limit=1)["done"]
            if restored > 3:
                break
        archived = sum(archiving.result())
    assert restored, "The two have to meet"
    leads = pipeline.read(ids, "active")
    assert len(leads) == len(ids)
    assert archived - restored == sum(not lead["active"] for lead in leads)
    assert sum(pipeline.lines(ids, "Archived with the other records").values()) == archived
    assert sum(pipeline.lines(ids, "Restored with the other records").values()) == restored


def test_opportunities_enter_a_stage_that_is_being_deleted(site, pipeline):
    """Each that was created is there, in Undefined; each that came too late was refused in words."""
    stage, ids = pipeline.fill("Deleted")
    session, answers = pipeline.enter(site), []
    started = threading.Event()

    def enter():
        for number in range(CREATED):
            try:
                answers.extend(session.call("crm.lead", "create", [pipeline.opportunity(stage, COUNT + number)]))
            except live.Refusal as refusal:
                answers.append(refusal)
            started.set()

    with concurrent.futures.ThreadPoolExecutor() as pool:
        entering = pool.submit(enter)
        assert started.wait(60)
        pipeline.session.call("crm.stage", "unlink", [stage])
        entering.result()
    assert not pipeline.session.call("crm.stage", "search", [("id", "=", stage)])
    created = [answer for answer in answers if isinstance(answer, int)]
    leads = pipeline.read(ids + created, "stage_id")
    assert len(leads) == len(ids + created)
    [undefined] = pipeline.session.call("crm.stage", "search", [("is_undefined", "=", True)])
    assert {lead["stage_id"][0] for lead in leads} == {undefined}
    assert set(pipeline.lines(ids + created, "Moved with the other records").values()) == {1}
    assert len(answers) == CREATED
    # from the first refusal on, there is no stage to enter
    refused = {getattr(answer, "kind", answer) for answer in answers[len(created) :]}
    assert refused <= {"ValidationError", "UserError", "MissingError"}


def test_two_stages_are_deleted_at_once(site, pipeline):
    """Both need Undefined, and there is one."""
    stages, ids = zip(*(pipeline.fill(f"Deleted with another {number}", 40) for number in range(3)), strict=True)
    for undefined in pipeline.session.call("crm.stage", "search", [("is_undefined", "=", True)]):
        inside = pipeline.session.call("crm.lead", "search", [("stage_id", "=", undefined)])
        pipeline.session.call("crm.lead", "write", inside, {"stage_id": stages[0]})
        pipeline.session.call("crm.stage", "unlink", [undefined])
    sessions = [pipeline.enter(site) for _ in stages]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(lambda session, stage: session.call("crm.stage", "unlink", [stage]), sessions, stages))
    [undefined] = pipeline.session.call("crm.stage", "search", [("is_undefined", "=", True)])
    everything = [lead for some in ids for lead in some]
    assert {lead["stage_id"][0] for lead in pipeline.read(everything, "stage_id")} == {undefined}
    assert set(pipeline.lines(everything, "Moved with the other records").values()) == {1}
    # who came second tried again, which is no error
    none_of([line for line in troubles(site.log) if "ir_model_data" in line])


def test_a_stage_is_won_and_not_won_while_a_run_moves_into_it(instance, site, pipeline):
    """Whatever is in it in the end is what the stage says."""
    source, ids = pipeline.fill("A run moves out of it")
    [stage] = pipeline.session.call("crm.stage", "create", [{"name": "A run moves into it", "sequence": 51}])
    other = pipeline.enter(site)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        run = pool.submit(drain, other, source, "move_records", destination_id=stage)
        for is_won in (True, False, True):
            pipeline.session.call("crm.stage", "write", [stage], {"is_won": is_won})
        run.result()
    found = pipeline.read(ids, "stage_id", "active", "won_status")
    assert {(lead["stage_id"][0], lead["active"], lead["won_status"]) for lead in found} == {(stage, True, "won")}
    pipeline.session.call("crm.stage", "write", [stage], {"is_won": False})
    assert {lead["won_status"] for lead in pipeline.read(ids, "won_status")} == {"pending"}


@pytest.mark.parametrize("is_won", [True, False])
def test_a_stage_is_won_or_not_any_more_while_others_are_dragged_into_it(instance, site, pipeline, is_won):
    """Neither sees what the other writes: it is settled when both are done."""
    _source, ids = pipeline.fill(f"Dragged out of it, won {is_won}")
    values = {"name": f"Dragged into it, won {is_won}", "sequence": 51, "is_won": not is_won}
    [stage] = pipeline.session.call("crm.stage", "create", [values])
    pipeline.write_while_others_do(instance, pipeline.enter(site), stage, {"is_won": is_won}, ids, {"stage_id": stage})
    found = pipeline.read(ids, "stage_id", "won_status")
    expected = "won" if is_won else "pending"
    assert {(lead["stage_id"][0], lead["won_status"]) for lead in found} == {(stage, expected)}


def test_a_stage_is_won_while_what_was_archived_in_it_comes_back(instance, site, pipeline):
    stage, ids = pipeline.fill("Archived in it")
    pipeline.session.call("crm.lead", "write", ids, {"active": False})
    pipeline.write_while_others_do(instance, pipeline.enter(site), stage, {"is_won": True}, ids, {"active": True})
    found = pipeline.read(ids, "active", "won_status")
    assert {(lead["active"], lead["won_status"]) for lead in found} == {(True, "won")}


@pytest.mark.parametrize("method", ["archive_records", "move_records"])
def test_the_server_is_killed_in_the_middle(instance, scratch, site, method):
    """Killed, started again, and the same call finishes. A server of its own: the others still need theirs."""
    name = f"{scratch}_killed"
    watching = Pipeline(site, scratch)
    stage, ids = watching.fill(f"Killed in {method}")
    with live.serving(instance, name, scratch) as doomed:
        session = watching.enter(doomed)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            running = pool.submit(drain, session, stage, method)
            while len(watching.session.call("crm.lead", "search", [("stage_id", "=", stage)])) > COUNT - 3 * BATCH:
                assert not running.done()
            doomed.kill()
            assert running.exception()
    words = {"archive_records": "Archived with the other records", "move_records": "Moved with the other records"}[
        method
    ]
    lines = watching.lines(ids, words)
    leads = {lead["id"]: lead for lead in watching.read(ids, "active", "stage_id")}
    assert leads.keys() == set(ids)
    for lead in ids:
        is_done = not leads[lead]["active"] or leads[lead]["stage_id"][0] != stage
        assert lines[lead] == is_done, "Done with its line, or untouched"
    assert 0 < sum(lines.values()) < COUNT
    assert sum(lines.values()) % BATCH == 0
    with live.serving(instance, name, scratch) as again:
        done = drain(watching.enter(again), stage, method)
    assert sum(done) == COUNT - sum(lines.values())
    assert set(watching.lines(ids, words).values()) == {1}
