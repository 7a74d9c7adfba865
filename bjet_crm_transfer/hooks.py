# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .models.bjet_crm_transfer import TURN


def uninstall_hook(env):
    """Leave nothing behind but the records of the directories (see `ir.model.data`)."""
    env["ir.config_parameter"].search([("key", "=", TURN)]).unlink()
