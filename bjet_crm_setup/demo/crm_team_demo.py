# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Demo documents of the channels, dated from the day of the installation.

Python rather than XML, because they are many and alike, and because invoices come out of confirmed orders.
"""

from datetime import datetime, time, timedelta
from itertools import chain, count

from odoo import api, fields, models
from odoo.fields import Command

CHANNELS = {
    "team_website": ("user_kovalenko", "user_lysenko"),
    "team_social": ("user_melnyk", "user_tkachenko"),
    "team_partner": ("user_bondarenko", "user_kravets"),
}
# the contact and the tags of each customer in res_partner_demo.xml
CUSTOMERS = (
    ("Halyna Savchuk", ("retail", "large_company")),
    ("Roman Hnatiuk", ("construction",)),
    ("Oksana Dub", ("education", "small_company")),
    ("Dr. Viktor Moroz", ("healthcare", "large_company")),
    ("Kateryna Rud", ("retail", "small_company")),
    ("Maksym Oliinyk", ("construction", "small_company")),
    ("Yuliia Panchenko", ("education",)),
    ("Larysa Humeniuk", ("healthcare",)),
    ("Serhii Marchenko", ("retail", "urgent")),
    ("Petro Vasylenko", ("construction", "large_company")),
    ("Nataliia Kuzmenko", ("education", "large_company")),
    ("Alina Zaiets", ("healthcare", "urgent")),
)
# what is asked for, expected revenue
NEEDS = (
    ("Workplaces for a new office", 17700),
    ("Reception and meeting room", 8400),
    ("Sofas for the waiting area", 6000),
    ("Furniture for a second branch", 24800),
    ("Replacement of office chairs", 3900),
    ("Design software licences", 5600),
    ("Assembly and delivery service", 2000),
)
# stage, days to the expected closing of its opportunities (negative: overdue)
PIPELINE = (
    ("crm.stage_lead1", (1, 6, 17, 43, 96, 210)),
    ("crm.stage_lead2", (-12, 0, 3, 12, 31, 64, 150)),
    ("crm.stage_lead3", (-38, -4, 2, 8, 22, 75)),
)
WON = "crm.stage_lead4"
# days since the order, and which are still to be invoiced
ORDERS = (352, 331, 299, 270, 246, 221, 188, 160, 137, 112, 90, 71, 48, 33, 19, 9, 4, 1)
TO_INVOICE = (19, 9, 4)
QUOTATIONS = ("draft", "draft", "sent", "sent")
LOST = (
    ("crm.lost_reason_1", 160),
    ("crm.lost_reason_1", 52),
    ("crm.lost_reason_3", 110),
    ("bjet_crm_setup.lost_reason_competitor", 75),
    ("bjet_crm_setup.lost_reason_no_response", 20),
)
PRODUCTS = (
    "product.product_product_24",
    "product.consu_delivery_01",
    "product.product_order_01",
    "product.product_product_furniture",
)


class CrmTag(models.Model):
    _inherit = "crm.tag"

    @api.model
    def _load_records(self, data_list, update=False):
        """A demo tag whose name the company has already is left out."""
        demo = [data for data in data_list if (data.get("xml_id") or "").startswith("bjet_crm_setup.tag_")]
        names = [data["values"].get("name") for data in demo]
        taken = self.with_context(active_test=False, lang="en_US").search([("name", "in", names)])
        taken = taken.filtered(lambda tag: not tag.get_external_id()[tag.id].startswith("bjet_crm_setup.tag_"))
        left_out = [data for data in demo if data["values"].get("name") in taken.mapped("name")]
        return super()._load_records([data for data in data_list if data not in left_out], update=update)


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _load_records(self, data_list, update=False):
        """A demo user whose login a user of the company has gets another one."""
        for data in data_list:
            login, xmlid = data["values"].get("login"), data.get("xml_id") or ""
            if login and xmlid.startswith("bjet_crm_setup.user_"):
                own = self.env.ref(xmlid, raise_if_not_found=False) or self
                others = self.with_context(active_test=False).search([("id", "not in", own.ids)])
                taken = set(others.mapped("login"))
                logins = chain([login], (f"{login}{number}" for number in count(2)))
                data["values"]["login"] = next(login for login in logins if login not in taken)
        return super()._load_records(data_list, update=update)


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.model
    def _install_setup_demo(self):
        """Fill the three demo channels with a year of work."""
        self = self.with_context(tracking_disable=True, skip_pdf_attachment_generation=True)
        customers = self._install_setup_demo_own(f"demo_customer_{number}" for number, _row in enumerate(CUSTOMERS, 1))
        for shift, (channel, people) in enumerate(CHANNELS.items()):
            team = self.env.ref(f"bjet_crm_setup.{channel}", raise_if_not_found=False)
            users = self._install_setup_demo_own(people)
            if not (team and users):
                continue  # deleted by somebody, who loads the demo data once more
            won = team._install_setup_demo_leads(customers, users, shift)
            orders = team._install_setup_demo_orders(customers, users, shift, won)
            if team.company_id.chart_template:
                team._install_setup_demo_invoices(orders)

    def _install_setup_demo_register(self, kind, records):
        """Give the records external ids, so that they go with the addon."""
        module, _dot, channel = self.get_external_id()[self.id].partition(".")
        self.env["ir.model.data"]._update_xmlids(
            [
                {"xml_id": f"{module}.demo_{kind}_{channel}_{number}", "record": record, "noupdate": True}
                for number, record in enumerate(records, 1)
            ]
        )

    @api.model
    def _install_setup_demo_own(self, names):
        """Those of our own demo records that are there."""
        found = (self.env.ref(f"bjet_crm_setup.{name}", raise_if_not_found=False) for name in names)
        return [record for record in found if record]

    @api.model
    def _install_setup_demo_record(self, xmlid, model, domain):
        """A record of Odoo, or another one where somebody deleted it: nothing of Odoo need be there."""
        return self.env.ref(xmlid, raise_if_not_found=False) or self.env[model].search(domain, limit=1)

    @api.model
    def _install_setup_demo_stage(self, xmlid):
        won = xmlid == WON
        return self._install_setup_demo_record(
            xmlid, "crm.stage", [("is_won", "=", won), ("is_undefined", "=", False)]
        ).id

    def _install_setup_demo_leads(self, customers, users, shift):
        """Leads, opportunities of each stage, lost ones; return the won opportunities."""
        today = fields.Date.today()
        numbers = iter(range(shift * 5, 10000))

        def values(**extra):
            number = next(numbers)
            customer, (contact, tags) = customers[number % len(customers)], CUSTOMERS[number % len(CUSTOMERS)]
            need, revenue = NEEDS[number % len(NEEDS)]
            return {
                "type": "opportunity",
                "name": f"{need} - {customer.name}",
                "partner_id": customer.id,
                "contact_name": contact,
                "tag_ids": [tag.id for tag in self._install_setup_demo_own(f"tag_{name}" for name in tags)],
                "expected_revenue": revenue * (1 + number % 3 / 4),
                "priority": str(number * 5 // 3 % 4),
                "team_id": self.id,
                "user_id": users[number % len(users)].id,
                "company_id": self.company_id.id,
                **extra,
            }

        stage = self._install_setup_demo_stage
        opportunities = [
            values(
                stage_id=stage(xmlid),
                date_deadline=today + timedelta(days + 2 * shift),
                create_date=self._days_ago(max(5, 40 - days // 5)),
            )
            for xmlid, deadlines in PIPELINE
            for days in deadlines
        ]
        for unassigned in opportunities[3::7]:
            unassigned["user_id"] = False
        leads = [
            values(type="lead", user_id=False, partner_id=False, partner_name=name, create_date=self._days_ago(days))
            for name, days in (("Chornomorsk Marina", 2), ("Vinnytsia Print House", 5), ("Sunrise Hostel", 11))
        ]
        won = [
            values(stage_id=stage(WON), create_date=self._days_ago(days + 45), date_closed=self._days_ago(days))
            for days in ORDERS[::4]
        ]
        lost = [
            values(
                stage_id=stage("crm.stage_lead2"),
                active=False,
                probability=0,
                lost_reason_id=self._install_setup_demo_record(reason, "crm.lost.reason", []).id,
                create_date=self._days_ago(days + 30),
                date_closed=self._days_ago(days),
            )
            for reason, days in LOST
        ]
        records = self.env["crm.lead"].create([*opportunities, *leads, *won, *lost])
        self._install_setup_demo_register("lead", records)
        return records[-len(won + lost) : -len(lost)]

    def _install_setup_demo_orders(self, customers, users, shift, won):
        """Quotations, and the year's confirmed orders, oldest first, every fourth from a won opportunity."""
        sources = dict(zip(ORDERS[::4], won, strict=True))
        products = [
            self._install_setup_demo_record(product, "product.product", [("sale_ok", "=", True)])
            or self.env["product.product"].create({"name": "Furniture", "list_price": 120})
            for product in PRODUCTS
        ]

        def values(number, days, **extra):
            product = products[number % len(products)]
            opportunity = sources.get(days, self.env["crm.lead"])
            line = {"product_id": product.id, "product_uom_qty": 1 + (number * 3 + shift) % 5}
            return {
                "partner_id": (opportunity.partner_id or customers[number % len(customers)]).id,
                "opportunity_id": opportunity.id,
                "tag_ids": [Command.set(opportunity.tag_ids.ids)],
                "user_id": users[number % len(users)].id,
                "team_id": self.id,
                "company_id": self.company_id.id,
                "date_order": self._days_ago(days),
                "order_line": [Command.create(line)],
                **extra,
            }

        orders = self.env["sale.order"].create([values(shift + number, days) for number, days in enumerate(ORDERS)])
        orders.action_confirm()
        for order, days in zip(orders, ORDERS, strict=True):
            order.date_order = self._days_ago(days)
        quotations = self.env["sale.order"].create(
            [values(shift + number, number + 1.5, state=state) for number, state in enumerate(QUOTATIONS)]
        )
        self._install_setup_demo_register("order", orders + quotations)
        return orders

    def _install_setup_demo_invoices(self, orders):
        """Post the invoices of the orders, three days after each but not after today, and some credit notes."""
        invoices = self.env["account.move"]
        for order, days in zip(orders, ORDERS, strict=True):
            if days in TO_INVOICE:
                continue
            invoice = order._create_invoices(grouped=True)
            invoice.invoice_date = min(order.date_order.date() + timedelta(3), fields.Date.today())
            invoices += invoice
        invoices.action_post()
        returned = invoices[4::8]
        refunds = returned._reverse_moves(
            [
                {
                    "invoice_date": invoice.invoice_date + timedelta(10),
                    "date": invoice.invoice_date + timedelta(10),
                    "ref": f"Return of goods, {invoice.name}",
                }
                for invoice in returned
            ]
        )
        refunds.action_post()
        self._install_setup_demo_register("invoice", invoices + refunds)

    @api.model
    def _days_ago(self, days):
        return datetime.combine(fields.Date.today(), time(9)) - timedelta(days)
