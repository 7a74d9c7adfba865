from . import test_crm_team
from . import test_crm_team_dashboard
from . import test_periods
from . import test_smoke
