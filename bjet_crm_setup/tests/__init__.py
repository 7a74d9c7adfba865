# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_activity_types
from . import test_borrowed_records
from . import test_channel_tours
from . import test_consultant_module
from . import test_crm_setup
from . import test_crm_team
from . import test_crm_team_dashboard
from . import test_import_templates
from . import test_lead_tags
from . import test_lost_reasons
from . import test_periods
from . import test_stage
from . import test_stage_bulk
from . import test_stage_probability
from . import test_stage_tours
