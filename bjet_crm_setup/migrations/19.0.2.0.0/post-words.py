# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The menus that 19.0.1.0.0 had not: an update makes none that is not there, lest one come back that somebody deleted."""

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import file_open
from odoo.tools.convert import xml_import

ADDON = "bjet_crm_setup"


def migrate(cr, version):
    add_menus(api.Environment(cr, SUPERUSER_ID, {}))


def add_menus(env):
    with file_open(f"{ADDON}/views/menus.xml", "rb") as file:
        root = etree.parse(file).getroot()
    for record in root.findall("record"):
        menu = env.ref(f"{ADDON}.{record.get('id')}", raise_if_not_found=False)
        if menu:
            root.remove(record)
            env["ir.model.data"].search([("model", "=", menu._name), ("res_id", "=", menu.id)]).noupdate = True
    xml_import(env, ADDON, {}, "init").parse(root)
