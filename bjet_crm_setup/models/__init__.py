from . import bjet_crm_setup
