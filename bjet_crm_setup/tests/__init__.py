from . import test_smoke
from . import test_stage_tours
