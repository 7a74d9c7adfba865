from . import bjet_crm_setup
from . import crm_team
from . import crm_team_dashboard
from . import crm_team_member
from . import res_users
from . import ir_ui_menu
