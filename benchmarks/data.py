"""The database that everything is measured on: Odoo's own addons, and a pipeline of 100,000 opportunities.

Made by SQL, with the columns that Odoo itself would have filled, since Odoo would take an hour for it.
"""

STAGES = {
    # name: opportunities in it, active or archived
    "Bench open": (10_000, True),
    "Bench archived": (10_000, False),
    "Bench pipeline A": (40_000, True),
    "Bench pipeline B": (30_000, True),
    "Bench pipeline C": (20_000, True),
}

STAGE = """INSERT INTO crm_stage (name, sequence, is_won, fold, create_uid, write_uid, create_date, write_date)
           VALUES (jsonb_build_object('en_US', %s), %s, false, false, 1, 1, now(), now()) RETURNING id"""

OPPORTUNITIES = """
    INSERT INTO crm_lead (
        name, type, active, priority, stage_id, team_id, user_id, company_id, country_id, partner_name, contact_name,
        phone, phone_sanitized, phone_state, email_from, email_normalized, email_domain_criterion, email_state,
        expected_revenue, prorated_revenue, probability, automated_probability, won_status, date_open,
        date_last_stage_update, create_date, write_date, create_uid, write_uid, color, message_bounce, date_deadline,
        recurring_revenue, recurring_revenue_monthly, recurring_revenue_monthly_prorated, recurring_revenue_prorated,
        day_open
    )
    SELECT 'Opportunity ' || n, 'opportunity', %(active)s, (n %% 4)::text, %(stage)s, team.id, 2, 1,
           country.ids[1 + n %% array_length(country.ids, 1)], 'Company ' || n, 'Person ' || n,
           '+38044' || (1000000 + n), '+38044' || (1000000 + n), 'correct',
           'person' || n || '@company' || n %% 5000 || '.example', 'person' || n || '@company' || n %% 5000 || '.example',
           '@company' || n %% 5000 || '.example', 'correct',
           100 + n %% 900, round((100 + n %% 900) * (10 + n %% 60) / 100.0, 2), 10 + n %% 60, 10 + n %% 60, 'pending', at,
           at, at, at, 2, 2, 0, 0, (now() + n %% 120 * interval '1 day')::date,
           0, 0, 0, 0, 0
      FROM generate_series(1, %(count)s) AS n
     CROSS JOIN LATERAL (SELECT date_trunc('second', now() - n %% 300 * interval '1 day') AS at) AS moment
     CROSS JOIN (SELECT min(id) AS id FROM crm_team) AS team
     CROSS JOIN (SELECT array_agg(id) AS ids FROM res_country WHERE id %% 9 = 0) AS country"""

CREATED = """
    INSERT INTO mail_message (model, res_id, message_type, subtype_id, author_id, email_from, date, body, message_id,
                              create_uid, write_uid, create_date, write_date)
    SELECT 'crm.lead', lead.id, 'notification', subtype.res_id, 3, 'a@example.com', lead.create_date, '<p>Created</p>',
           'bench-' || lead.id, 2, 2, lead.create_date, lead.create_date
      FROM crm_lead AS lead
      JOIN ir_model_data AS subtype ON subtype.module = 'crm' AND subtype.name = 'mt_lead_create'"""

# enough of a past for scoring to have an opinion, by stage and by country
FREQUENCIES = """
    INSERT INTO crm_lead_scoring_frequency (variable, value, team_id, won_count, lost_count)
    SELECT 'stage_id', stage.id::text, team.id, 200 - 10 * row_number() OVER (ORDER BY stage.id), 150
      FROM crm_stage AS stage, (SELECT min(id) AS id FROM crm_team) AS team
     UNION ALL
    SELECT 'country_id', country.id::text, team.id, 20 + country.id %% 40, 10 + country.id %% 30
      FROM res_country AS country, (SELECT min(id) AS id FROM crm_team) AS team
     WHERE country.id %% 9 = 0"""


# what the addon says of those that are not active; the database that all are cloned from does not have the column
ARCHIVED = "UPDATE crm_lead SET is_archived = true WHERE NOT active"


def fill(server, database, share=1):
    """:param share: of the numbers above, for a smaller pipeline"""
    for sequence, (name, (count, active)) in enumerate(STAGES.items(), start=10):
        [(stage_id,)] = server.query(STAGE, [name, sequence], database)
        server.query(OPPORTUNITIES, {"stage": stage_id, "count": round(count * share), "active": active}, database)
    for sql in (CREATED, FREQUENCIES):
        server.query(sql, {}, database)
    # nothing but the runs themselves may work on these tables while they are timed
    for table in ("crm_lead", "mail_message", "mail_tracking_value"):
        server.query(f"ALTER TABLE {table} SET (autovacuum_enabled = false)", database=database)
    server.query("VACUUM ANALYZE", database=database)
