# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import bjet_crm_transfer_export
from . import bjet_crm_transfer_apply
