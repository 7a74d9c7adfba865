"""Runs over a stage against Odoo's own way, and what the rules of stages cost where they do nothing special."""

import json

from lxml import etree

from .rows import WITHOUT, Memory, Row, Side, register

BATCH = 500
N = 10_000
SOME = 1_000


def _stage(env, name):
    return env["crm.stage"].with_context(lang="en_US").search([("name", "=", name)])


def _opportunities(env, name, limit=None):
    return (
        env["crm.lead"].with_context(active_test=False).search([("stage_id", "=", _stage(env, name).id)], limit=limit)
    )


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


def _overhead(key, what, run, prepare, repetitions=11):
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
            warm_up=True,
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


def _field_specification(env, node):
    """What the web client asks of the fields of a view, see `getFieldsSpec` in its sources."""
    fields, specification = env["crm.lead"]._fields, {}
    for element in node.iter("field"):
        field = fields[element.get("name")]
        specification[field.name] = {"fields": {"display_name": {}}} if field.relational else {}
    return specification


def _prepare_pipeline(env):
    """The calls of the pipeline's kanban, for the view as it is in this database."""
    view = etree.fromstring(env["crm.lead"].get_view(env.ref("crm.crm_case_kanban_view_leads").id, "kanban")["arch"])
    [bar] = view.iter("progressbar")
    domain = [("type", "=", "opportunity"), ("user_id", "=", env.uid)]
    return {
        "domain": domain,
        "groupby": ["stage_id"],
        "aggregates": ["expected_revenue:sum", "recurring_revenue_monthly:sum", "color:sum"],
        "auto_unfold": True,
        "opening_info": [],
        "unfold_read_specification": _field_specification(env, view),
        "unfold_read_default_limit": 40,
    }, {
        "domain": domain,
        "group_by": "stage_id",
        "progress_bar": {"field": bar.get("field"), "colors": json.loads(bar.get("colors"))},
    }


def _open_pipeline(env, calls):
    groups, bars = calls
    Lead = env["crm.lead"].with_context(read_group_expand=True, default_type="opportunity")
    Lead.web_read_group(**groups)
    Lead.read_progress_bar(**bars)


# a tenth of a second: more runs, to make up for what disturbs one
_overhead(
    "pipeline",
    "open the pipeline on 100,000 opportunities",
    prepare=_prepare_pipeline,
    run=_open_pipeline,
    repetitions=25,
)


def _all_stages(env):
    return env["crm.stage"].search([])


register(
    Memory(
        key="memory",
        what="any batch: memory of the server process",
        runs={
            f"archive {N:,} in batches": lambda env: _stage(env, "Bench open").archive_records(limit=BATCH),
            f"archive {N * 9:,} more in batches": lambda env: _all_stages(env).archive_records(limit=BATCH),
            f"restore {N * 11:,} in one transaction": lambda env: _all_stages(env).restore_records(),
        },
        bar=100,
    )
)
