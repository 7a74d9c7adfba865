"""Runs over a stage against Odoo's own way, and what the rules of stages cost where they do nothing special."""

import json

from lxml import etree

from .rows import WITHOUT, Memory, Row, Side, register

# as the web client has it, see `BATCH` in static/src/stage_run/stage_run.js
BATCH = 1_000
PARTS = 50
N = 10_000
MANY = 100_000
SOME = 1_000


def _stage(env, name):
    return env["crm.stage"].with_context(lang="en_US").search([("name", "=", name)])


def _opportunities(env, name, limit=None):
    return (
        env["crm.lead"].with_context(active_test=False).search([("stage_id", "=", _stage(env, name).id)], limit=limit)
    )


def _run(env, stages, method, size=N, **kwargs):
    """As the web client does it, but for the commit: one call after the other, each beginning with nothing in memory."""
    for stage in stages:
        remaining = True
        while remaining:
            remaining = getattr(stage, method)(limit=max(BATCH, size // PARTS), **kwargs)["remaining"]
            env.cr.flush()
            env.invalidate_all()


register(
    Row(
        key="archive",
        what=f"archive {N:,} opportunities, history kept",
        against="`action_archive` on the same set",
        ours=Side(
            prepare=lambda env: _stage(env, "Bench open"),
            run=lambda env, stage: _run(env, stage, "archive_records"),
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
            run=lambda env, stage: _run(env, stage, "restore_records"),
        ),
        theirs=Side(
            prepare=lambda env: _opportunities(env, "Bench archived"), run=lambda env, leads: leads.action_unarchive()
        ),
        bar=5,
    )
)


def _delete(env, stage):
    _run(env, stage, "move_records")
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


# ------------------------------------------------------------
# Runs over a stage against bare SQL, stale statistics, and ten times as many
# ------------------------------------------------------------

HISTORY = """
    INSERT INTO mail_message (
        model, res_id, body, message_type, subtype_id, is_internal, date, author_id, email_from, reply_to,
        email_add_signature, message_id, create_uid, create_date, write_uid, write_date
    )
    SELECT 'crm.lead', id, '<p>Done with the other records of the stage “Bench”.</p>', 'notification', %(subtype)s, true,
           now(), 3, 'a@example.com', 'a@example.com', false, 'bare-' || id, 2, now(), 2, now()
      FROM crm_lead WHERE id = ANY(%(ids)s)"""

# method: what it does to N, whether they are active before, and what a bare UPDATE of the same sets
RUNS = {
    "archive_records": ("archive {}, history kept", True, "active = false, is_archived = true", 2),
    "restore_records": ("restore {}, history kept", False, "active = true, is_archived = false", 2),
    "apply_probability": (
        "apply the probability to {}",
        True,
        "probability = 95, prorated_revenue = round(expected_revenue * 95 / 100, 2)",
        3,
    ),
    "move_records": ("move {} to Undefined", True, "stage_id = %(undefined)s, date_last_stage_update = now()", 3),
}


def _source(env, active):
    return _stage(env, "Bench open" if active else "Bench archived")


def _prepare_run(env, stages):
    """What each run finds: the switch on, at a figure that no opportunity has, and an Undefined that is there."""
    stages.write({"on_change": True, "probability": 95})
    env["crm.stage"]._ensure_undefined()
    # the processor time of PostgreSQL's helpers would not be counted
    env.cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    return stages


def _bare(env, ids, assignments):
    values = {
        "ids": ids,
        "undefined": env["crm.stage"]._get_undefined().id,
        "subtype": env.ref("mail.mt_note").id,
    }
    env.cr.execute(
        f"UPDATE crm_lead SET {assignments}, write_uid = 2, write_date = now() WHERE id = ANY(%(ids)s)", values
    )
    env.cr.execute(HISTORY, values)


def _fill(env, number, size, active):
    """That many new stages of that size each, unknown to PostgreSQL's statistics, out of all the opportunities there are."""
    stages = env["crm.stage"].create([{"name": f"Bench new {rank}"} for rank in range(number)])
    rest = env["crm.stage"].create({"name": "Bench rest"})
    env.flush_all()
    env.cr.execute(
        """UPDATE crm_lead SET stage_id = coalesce((%(stages)s)[1 + (row.number - 1) / %(size)s], %(rest)s),
                  active = %(active)s, is_archived = NOT %(active)s
             FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM crm_lead) AS row
            WHERE row.id = crm_lead.id""",
        {"stages": stages.ids, "rest": rest.id, "size": size, "active": active},
    )
    env.invalidate_all()
    return _prepare_run(env, stages)


def _analysed(env, stages):
    env.cr.execute("ANALYZE crm_lead")
    return stages


def _register_runs(method, what, active, assignments, bar):
    register(
        Row(
            key=f"bare_{method}",
            what=what.format(f"{N:,}"),
            against="one bare UPDATE and one INSERT of the history lines on the same set",
            ours=Side(
                prepare=lambda env: _prepare_run(env, _source(env, active)),
                run=lambda env, stages: _run(env, stages, method),
            ),
            theirs=Side(
                prepare=lambda env: (
                    _prepare_run(env, _source(env, active)) and _opportunities(env, _source(env, active).name).ids
                ),
                run=lambda env, ids: _bare(env, ids, assignments),
            ),
            bar=bar,
            at_most=True,
            repetitions=3,
            warm_up=True,
        )
    )
    register(
        Row(
            key=f"stale_{method}",
            what=f"{what.format(f'{N:,}')}, in a stage filled since PostgreSQL last analysed the table",
            against="the same with fresh statistics",
            ours=Side(prepare=lambda env: _fill(env, 1, N, active), run=lambda env, stages: _run(env, stages, method)),
            theirs=Side(
                prepare=lambda env: _analysed(env, _fill(env, 1, N, active)),
                run=lambda env, stages: _run(env, stages, method),
            ),
            bar=1.3,
            at_most=True,
        )
    )
    register(
        Row(
            key=f"many_{method}",
            what=f"{what.format(f'{MANY:,}')} in one stage",
            against=f"{MANY // N} stages of {N:,}",
            ours=Side(
                prepare=lambda env: _analysed(env, _fill(env, 1, MANY, active)),
                run=lambda env, stages: _run(env, stages, method, MANY),
            ),
            theirs=Side(
                prepare=lambda env: _analysed(env, _fill(env, MANY // N, N, active)),
                run=lambda env, stages: _run(env, stages, method),
            ),
            bar=1.2,
            at_most=True,
            repetitions=1,
        )
    )


for name, about in RUNS.items():
    _register_runs(name, *about)


# ------------------------------------------------------------
# What the rules of stages cost where they do nothing special
# ------------------------------------------------------------


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
        what="any batch: growth of the memory of the server process",
        runs={
            f"archive {N:,} in batches": lambda env: _stage(env, "Bench open").archive_records(limit=BATCH),
            f"archive {N * 9:,} more in batches": lambda env: _all_stages(env).archive_records(limit=BATCH),
            f"restore {N * 11:,} in one transaction": lambda env: _all_stages(env).restore_records(),
        },
        bar=100,
    )
)
