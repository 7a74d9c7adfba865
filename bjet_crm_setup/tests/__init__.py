# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_activity_types
from . import test_borrowed_records
from . import test_consultant_module
from . import test_directory_tours
from . import test_import_templates
from . import test_lead_tags
from . import test_lost_reasons
from . import test_stage_tours
