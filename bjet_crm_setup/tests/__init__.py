# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_borrowed_records
from . import test_crm_setup
from . import test_stage_tours
