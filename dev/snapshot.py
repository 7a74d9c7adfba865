"""A whole database as plain values, to compare two moments of it: every row of every table, and the schema."""

import json

# what Odoo touches by itself whenever it starts, loads or serves
MOVING_COLUMNS = {"create_date", "write_date", "create_uid", "write_uid"}
MOVING_TABLES = {"bus_bus", "ir_cron_trigger", "ir_logging", "ir_profile", "res_device_log", "res_users_log"}
MOVING_PREFIX = "orm_signaling_"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
SCHEMA = {
    "column": """
        SELECT table_name || '.' || column_name, data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "constraint": """
        SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "function": """
        SELECT oid::regprocedure::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    """,
}


def take(server, database):
    """Return {(kind, key): value} of all that is in a database."""
    found = {}
    for kind, sql in SCHEMA.items():
        found.update(((kind, key), value) for key, value in server.query(sql, database=database))
    for (table,) in server.query(TABLES, database=database):
        if table in MOVING_TABLES or table.startswith(MOVING_PREFIX):
            continue
        rows = server.query(f'SELECT to_jsonb(kept) FROM "{table}" kept', database=database)  # noqa: S608 - of the catalog
        for number, (row,) in enumerate(rows):
            if not _is_bundle(table, row):
                kept = {column: value for column, value in row.items() if column not in MOVING_COLUMNS}
                key = kept["id"] if "id" in kept else json.dumps(kept, sort_keys=True)
                found[table, key if key is not None else number] = kept
    return found


def _is_bundle(table, row):
    """Compiled assets, made when a page first asks for them."""
    return table == "ir_attachment" and (row.get("url") or "").startswith("/web/assets/")


def differences(before, after):
    """What is not the same in two snapshots, as lines to read; an empty list when nothing is."""
    lines = []
    for key in sorted(before.keys() | after.keys(), key=str):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        where = f"{key[0]} {key[1]}"
        if old is None:
            lines.append(f"+ {where}: {_short(new)}")
        elif new is None:
            lines.append(f"- {where}: {_short(old)}")
        elif isinstance(old, dict):
            for column in sorted(old.keys() | new.keys()):
                if old.get(column) != new.get(column):
                    lines.append(f"~ {where} {column}: {_short(old.get(column))} → {_short(new.get(column))}")
        else:
            lines.append(f"~ {where}: {_short(old)} → {_short(new)}")
    return lines


def _short(value):
    if isinstance(value, dict):
        value = {column: content for column, content in value.items() if content not in (None, False)}
    text = str(value)
    return text if len(text) <= 300 else text[:300] + "…"
