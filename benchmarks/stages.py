"""Runs over a stage against Odoo's own way, and what the rules of stages cost where they do nothing special."""

from .rows import WITHOUT, Memory, Row, Side, register

BATCH = 500
N = 10_000
SOME = 1_000


def _stage(env, name):
    return env["crm.stage"].with_context(lang="en_US").search([("name", "=", name)])


def _opportunities(env, name, limit=None):
    return env["crm.lead"].with_context(active_test=False).search([("stage_id", "=", _stage(env, name).id)], limit=limit)


def _until_done(env, batch):
    """As the web client does it, but for the commit: one call after the other, each beginning with nothing in memory."""
    remaining = True
    while remaining:
        remaining = batch()["remaining"]
        env.cr.flush()
        env.invalidate_all()


register(
    Row(
        key="archive",
        what=f"archive {N:,} opportunities, history kept",
        against="`action_archive` on the same set",
        ours=Side(
            prepare=lambda env: _stage(env, "Bench open"),
            run=lambda env, stage: _until_done(env, lambda: stage.archive_records(limit=BATCH)),
        ),
        theirs=Side(
            prepare=lambda env: _opportunities(env, "Bench open"), run=lambda env, leads: leads.action_archive()
        ),
        bar=5,
    )
)
register(
    Row(
        key="restore",
        what=f"restore {N:,}",
        against="`action_unarchive` on the same set",
        ours=Side(
            prepare=lambda env: _stage(env, "Bench archived"),
            run=lambda env, stage: _until_done(env, lambda: stage.restore_records(limit=BATCH)),
        ),
        theirs=Side(
            prepare=lambda env: _opportunities(env, "Bench archived"), run=lambda env, leads: leads.action_unarchive()
        ),
        bar=5,
    )
)


def _delete(env, stage):
    _until_done(env, lambda: stage.move_records(limit=BATCH))
    stage.unlink()


register(
    Row(
        key="delete",
        what=f"delete a stage with {N:,}",
        against="`write({'stage_id': …})` on the same set",
        ours=Side(prepare=lambda env: _stage(env, "Bench open"), run=_delete),
        theirs=Side(
            prepare=lambda env: (_opportunities(env, "Bench open"), _stage(env, "Bench pipeline A")),
            run=lambda env, prepared: prepared[0].write({"stage_id": prepared[1].id}),
        ),
        bar=12,
    )
)


def _rule(env, name):
    """The stage, changing probabilities where the addon is there to do it."""
    stage = _stage(env, name)
    if "on_change" in stage._fields:
        stage.write({"on_change": True, "probability": 40})
    return stage


def _overhead(key, what, run, prepare, repetitions=7):
    register(
        Row(
            key=key,
            what=what,
            against="the same with the addon absent",
            ours=Side(run, prepare),
            theirs=Side(run, prepare, database=WITHOUT),
            bar=1.05,
            at_most=True,
            repetitions=repetitions,
        )
    )


_overhead(
    "move",
    f"move {SOME:,} opportunities into an `on_change` stage",
    prepare=lambda env: (_opportunities(env, "Bench open", SOME), _rule(env, "Bench pipeline A")),
    run=lambda env, prepared: prepared[0].write({"stage_id": prepared[1].id}),
)
_overhead(
    "create",
    f"create {SOME:,} in an `on_change` stage",
    prepare=lambda env: _rule(env, "Bench pipeline A"),
    run=lambda env, stage: env["crm.lead"].create(
        [
            {
                "name": f"New {number}",
                "type": "opportunity",
                "stage_id": stage.id,
                "expected_revenue": number,
                "email_from": f"new{number}@new.example",
                "phone": f"+38067{1000000 + number}",
            }
            for number in range(SOME)
        ]
    ),
)


def _prepare_write(env):
    _rule(env, "Bench open")
    return _opportunities(env, "Bench open", SOME), env.ref("base.ua")


_overhead(
    "write",
    f"write {SOME:,} in an `on_change` stage, with a country that scoring goes by",
    prepare=_prepare_write,
    run=lambda env, prepared: prepared[0].write({"country_id": prepared[1].id, "priority": "2"}),
)
register(
    Memory(
        key="memory",
        what="any batch: memory of the server process",
        runs={
            f"archive {N:,} in batches": lambda env: _stage(env, "Bench open").archive_records(limit=BATCH)["remaining"],
            f"archive {N * 9:,} in batches": lambda env: env["crm.stage"].search([]).archive_records(limit=BATCH)["remaining"],
            f"restore {N * 11:,} in one": lambda env: env["crm.stage"].search([]).restore_records()["remaining"],
        },
        bar=100,
    )
)
