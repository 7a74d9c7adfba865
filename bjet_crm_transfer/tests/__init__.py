# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_agreement
from . import test_decisions_tour
from . import test_edges
from . import test_ready
from . import test_ready_tour
from . import test_rights
from . import test_transfer
from . import test_wizards
