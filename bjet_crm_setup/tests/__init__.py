# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_borrowed_records
from . import test_stage
from . import test_stage_bulk
from . import test_stage_probability
from . import test_stage_tours
