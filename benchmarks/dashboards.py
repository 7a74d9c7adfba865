"""The dashboards of a hundred channels against the bare SQL of the same figures."""

from datetime import date

from lxml import etree

from .rows import Row, Side, register

CHANNELS = 100
OPPORTUNITIES = 200_000
ORDERS = 50_000

# What the channels show: by turns, as a company of that size would have it
SHOWN = (
    {"dashboard_graph_model": "crm.lead"},
    {"dashboard_graph_model": "sale.report"},
    {
        "dashboard_graph_model": "crm.lead",
        "dashboard_graph_period_pipeline": "year",
        "dashboard_graph_group_pipeline": "stage",
    },
    {"dashboard_graph_model": "sale.report", "dashboard_graph_period": "year", "dashboard_graph_group": "month"},
    {
        "dashboard_graph_model": "crm.lead",
        "dashboard_graph_period_pipeline": "quarter",
        "dashboard_graph_group_pipeline": "week",
    },
)
LEADS = """
    INSERT INTO crm_lead (
        name, type, active, priority, stage_id, team_id, user_id, company_id, expected_revenue, prorated_revenue,
        probability, automated_probability, won_status, create_date, write_date, create_uid, write_uid, date_deadline
    )
    SELECT 'Dashboard ' || n, CASE WHEN n %% 20 = 0 THEN 'lead' ELSE 'opportunity' END, true, '0',
           stage.ids[1 + n %% array_length(stage.ids, 1)], (%(teams)s)[1 + n %% %(channels)s],
           CASE WHEN n %% 7 = 0 THEN NULL ELSE 2 END, 1, 100 + n %% 900, (100 + n %% 900) * (10 + n %% 60) / 100.0,
           10 + n %% 60, 10 + n %% 60, 'pending', now(), now(), 2, 2, (now() + (n / 100 %% 400 - 30) * interval '1 day')::date
      FROM generate_series(1, %(count)s) AS n
     CROSS JOIN (SELECT array_agg(id) AS ids FROM crm_stage WHERE NOT is_won) AS stage"""

SALES = """
    INSERT INTO sale_order (
        name, state, team_id, user_id, company_id, partner_id, partner_invoice_id, partner_shipping_id, currency_id,
        currency_rate, date_order, amount_untaxed, amount_tax, amount_total, invoice_status, create_date, write_date,
        create_uid, write_uid
    )
    SELECT 'Dashboard ' || n, CASE WHEN n %% 5 = 0 THEN 'draft' ELSE 'sale' END, (%(teams)s)[1 + n %% %(channels)s], 2, 1,
           3, 3, 3, company.currency_id, 1, now() - (n / 100 %% 400) * interval '1 day', 100 + n %% 900, 0, 100 + n %% 900,
           CASE WHEN n %% 5 = 0 THEN 'no' WHEN n %% 3 = 0 THEN 'to invoice' ELSE 'invoiced' END, now(), now(), 2, 2
      FROM generate_series(1, %(count)s) AS n
     CROSS JOIN (SELECT currency_id FROM res_company WHERE id = 1) AS company"""

# the same figures, and nothing else: no rights, no currencies, no labels
OPEN = "team_id IN %(teams)s AND type = 'opportunity' AND active AND won_status = 'pending'"
ORDER = "team_id IN %(teams)s"
BARE = (
    f"SELECT team_id, count(*), sum(expected_revenue) FROM crm_lead WHERE {OPEN} GROUP BY 1",
    f"""SELECT team_id, count(*), sum(expected_revenue) FROM crm_lead
         WHERE {OPEN} AND date_deadline < %(today)s GROUP BY 1""",
    """SELECT team_id, count(*) FROM crm_lead
        WHERE team_id IN %(teams)s AND type = 'lead' AND active AND user_id IS NULL GROUP BY 1""",
    f"SELECT team_id, count(*), sum(amount_untaxed) FROM sale_order WHERE {ORDER} AND state IN ('draft', 'sent') GROUP BY 1",
    f"SELECT team_id, count(*) FROM sale_order WHERE {ORDER} AND invoice_status = 'to invoice' GROUP BY 1",
    """SELECT team_id, sum(amount_untaxed_signed) FROM account_move
        WHERE team_id IN %(teams)s AND state = 'posted' AND move_type IN ('out_invoice', 'out_refund')
          AND invoice_date BETWEEN date_trunc('month', %(today)s) AND %(today)s GROUP BY 1""",
    f"""SELECT team_id, date_deadline, sum(prorated_revenue) FROM crm_lead
         WHERE {OPEN.replace("teams", "shown_0")}
           AND date_deadline BETWEEN %(today)s AND %(today)s + interval '1 month' GROUP BY 1, 2""",
    f"""SELECT team_id, date_trunc('day', date_order), sum(amount_untaxed) FROM sale_order
         WHERE {ORDER.replace("teams", "shown_1")} AND state = 'sale'
           AND date_order BETWEEN %(today)s - interval '1 month' AND %(today)s + interval '1 day' GROUP BY 1, 2""",
    f"""SELECT team_id, stage_id, sum(prorated_revenue) FROM crm_lead
         WHERE {OPEN.replace("teams", "shown_2")}
           AND date_deadline BETWEEN %(today)s AND %(today)s + interval '1 year' GROUP BY 1, 2""",
    f"""SELECT team_id, date_trunc('month', date_order), sum(amount_untaxed) FROM sale_order
         WHERE {ORDER.replace("teams", "shown_3")} AND state = 'sale'
           AND date_order BETWEEN %(today)s - interval '1 year' AND %(today)s + interval '1 day' GROUP BY 1, 2""",
    f"""SELECT team_id, date_trunc('week', date_deadline), sum(prorated_revenue) FROM crm_lead
         WHERE {OPEN.replace("teams", "shown_4")}
           AND date_deadline BETWEEN %(today)s AND %(today)s + interval '3 month' GROUP BY 1, 2""",
)


def _card(env):
    """What the page asks of each channel."""
    view = env.ref("bjet_crm_setup.crm_team_view_kanban_dashboard")
    arch = etree.fromstring(env["crm.team"].get_view(view.id, "kanban")["arch"])
    return {name: {} for name in arch.xpath("//field/@name")}


def _channels(env):
    """The channels with their documents, which the end of the run takes back."""
    teams = env["crm.team"].create(
        [{"name": f"Channel {number}", **SHOWN[number % len(SHOWN)]} for number in range(CHANNELS)]
    )
    env.flush_all()
    values = {"teams": teams.ids, "channels": CHANNELS}
    env.cr.execute(LEADS, {**values, "count": OPPORTUNITIES})
    env.cr.execute(SALES, {**values, "count": ORDERS})
    env.cr.execute("ANALYZE crm_lead, sale_order, crm_team")
    # the processor time of PostgreSQL's helpers would not be counted, on either side
    env.cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    # a server that has been running a while knows its users' groups, its rules and its languages
    card = _card(env)
    teams[:1].web_read(card)
    return teams, card


def _page(env, prepared):
    teams, card = prepared
    teams.web_read(card)


def _bare(env, prepared):
    teams, _card_fields = prepared
    shown = {f"shown_{rank}": tuple(teams[rank :: len(SHOWN)].ids) for rank in range(len(SHOWN))}
    for sql in BARE:
        env.cr.execute(sql, {"teams": tuple(teams.ids), "today": date.today(), **shown})
        env.cr.fetchall()


register(
    Row(
        key="dashboards",
        what=f"dashboards of {CHANNELS} channels over {OPPORTUNITIES:,} opportunities and {ORDERS:,} orders",
        against="the bare SQL `GROUP BY` of the same figures",
        ours=Side(prepare=_channels, run=_page),
        theirs=Side(prepare=_channels, run=_bare),
        bar=2,
        at_most=True,
    )
)
