# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import directory  # the first: others inherit from it
from . import account_move
from . import bjet_crm_setup
from . import crm_lead
from . import crm_lead_channel
from . import crm_lead_pipeline
from . import crm_lead_run
from . import crm_lead_scoring
from . import crm_lost_reason
from . import crm_stage
from . import crm_stage_run
from . import crm_tag
from . import crm_team
from . import crm_team_dashboard
from . import crm_team_graph
from . import crm_team_member
from . import ir_fields
from . import ir_module_module
from . import mail_activity_type
from . import res_config_settings
from . import res_groups
from . import res_users
from . import sale_order
from . import words
