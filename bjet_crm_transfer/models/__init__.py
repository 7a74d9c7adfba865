# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import bjet_crm_removal
from . import bjet_crm_transfer
from . import bjet_crm_transfer_history
from . import directory
from . import ir_model_data
from . import ir_module_module
from . import transfer_apply
from . import transfer_export
from . import transfer_preview
