"""The whole content and shape of a database, in a form that two databases can be compared in."""

import contextlib
import json

# Who touched a row last, when, and what a view was before that: an update of a module touches what it finds unchanged.
IGNORED_COLUMNS = ("write_date", "write_uid", "arch_prev")

# What Odoo keeps about its own running, in rows that hold nothing of a module.
IGNORED_TABLES = {
    "bus_bus": "messages to open browsers",
    "ir_cron_progress": "runs of scheduled jobs",
    "ir_cron_trigger": "runs of scheduled jobs",
    "ir_actions_todo": "set-up screens, of which Odoo opens the next one after each uninstallation of any module",
    "ir_profile": "profiles",
    "orm_signaling_registry": "a counter of reloads",
    "orm_signaling_default": "a counter of cache clearings",
    "orm_signaling_assets": "a counter of cache clearings",
    "orm_signaling_stable": "a counter of cache clearings",
    "orm_signaling_templates": "a counter of cache clearings",
    "orm_signaling_routing": "a counter of cache clearings",
    "orm_signaling_groups": "a counter of cache clearings",
}

# Odoo describes `rule_group_rel` in two models, with another rule for deletions in each: the one that a module extended last
# has its say.
SHAPE = {
    "columns": """
        SELECT table_name || '.' || column_name, concat_ws(' ', data_type, udt_name, is_nullable, column_default,
            col_description(to_regclass(quote_ident(table_name)), ordinal_position))
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT concat_ws('.', conrelid::regclass, conname), pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conname <> 'rule_group_rel_group_id_fkey'""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
    "functions": "SELECT oid::regprocedure::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "sequences": "SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'",
}


def take(server, database, tables=None):
    """{table: {key of the row: row}} of all tables, or those named, with the shape of the database among them."""
    with contextlib.closing(server.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        found = {}
        for (table,) in cursor.fetchall():
            if table in IGNORED_TABLES or (tables and table not in tables):
                continue
            cursor.execute(f'SELECT to_jsonb(t) - %s::text[] FROM "{table}" t', [list(IGNORED_COLUMNS)])
            rows = [row for (row,) in cursor.fetchall()]
            found[table] = {str(row["id"]) if "id" in row else json.dumps(row, sort_keys=True): row for row in rows}
        for what, query in SHAPE.items():
            cursor.execute(query)
            found[f"({what})"] = {key: {"definition": definition} for key, definition in cursor.fetchall()}
    return found


def differences(before, after, expected=lambda table, row: False):
    """What of `after` is not as in `before`, one line each; `expected(table, row)` says which rows may differ."""
    lines = []
    for table in sorted({*before, *after}):
        old, new = before.get(table, {}), after.get(table, {})
        for key in sorted({*old, *new}):
            was, now = old.get(key), new.get(key)
            if was == now or expected(table, now or was):
                continue
            if was is None:
                lines.append(f"{table}: added {_short(now)}")
            elif now is None:
                lines.append(f"{table}: removed {_short(was)}")
            else:
                changed = [name for name in sorted({*was, *now}) if was.get(name) != now.get(name)]
                lines.extend(
                    f"{table} {key} ({_short(now, 80)}): {name} was {_short(was.get(name))}, is {_short(now.get(name))}"
                    for name in changed
                )
    return lines


def _short(value, length=300):
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= length else f"{text[:length]}…"
