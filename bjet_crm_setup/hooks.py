# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an installation spares of the company's own records, and what outlives an uninstallation."""

from . import carried_over
from .models.ir_module_module import ADDON, DIRECTORIES
from .tools.wording import named

# Records of the addon that the company's opportunities may use: {model: their field}. Those in use outlive the addon, and are
# its own again after a new installation.
USED_BY = {"crm.lost.reason": "lost_reason_id", "crm.stage": "stage_id"}
OUTLIVING = f"__{ADDON}__"


def pre_init_hook(env):
    _take_back_at_once(env)
    carried_over.normalise(env)


def post_init_hook(env):
    _take_back(env)
    _drop_doubles(env)
    carried_over.gather_without_stage(env)


def uninstall_hook(env):
    env["crm.lead"]._forget_archived()
    _give_words_back(env)
    _let_outlive(env)


def _let_outlive(env):
    """Take the addon's records in use off the list of what goes with it: the database would refuse their deletion."""
    data, leads = env["ir.model.data"], env["crm.lead"].with_context(active_test=False)
    own = data.search([("module", "=", ADDON)]).grouped("model")
    company_s = ("id", "not in", own.get("crm.lead", data).mapped("res_id"))  # the demo's go with the addon
    for model, field in USED_BY.items():
        records = own.get(model, data)
        groups = leads._read_group([(field, "in", records.mapped("res_id")), company_s], [field])
        used = {record.id for (record,) in groups}
        records.filtered(lambda data, used=used: data.res_id in used).module = OUTLIVING


def _take_back_at_once(env):
    """What outlived the addon and must not be made a second time: Undefined, which is there, and the demo's tags and
    channels, which are filled in again."""
    outlived = [("module", "=", OUTLIVING), ("model", "!=", "crm.lost.reason")]
    env["ir.model.data"].search(outlived).module = ADDON
    env.flush_all()  # `ref` does not


def _take_back(env):
    """The reasons that outlived the addon are its own again, instead of those that the data files have just made."""
    leads = env["crm.lead"].with_context(active_test=False, tracking_disable=True)
    for data in env["ir.model.data"].search([("module", "=", OUTLIVING)]):
        made = env.ref(f"{ADDON}.{data.name}", raise_if_not_found=False)
        if made:
            kept = made.browse(data.res_id)
            kept.sequence = made.sequence  # the column went with the addon
            leads.search([("lost_reason_id", "=", made.id)]).lost_reason_id = kept  # the demo's have what was made
            made.unlink()
        data.module = ADDON


def _drop_doubles(env):
    """A lost reason that the company had already, by its name in any language, is not made a second time."""
    reasons = env["crm.lost.reason"].with_context(active_test=False).search([])
    names = {reason: set() for reason in reasons}
    for lang, _name in env["res.lang"].get_installed():
        for reason in reasons.with_context(lang=lang):
            names[reason].add((reason.name or "").strip().casefold())
    data = env["ir.model.data"].search([("module", "=", ADDON), ("model", "=", "crm.lost.reason")])
    own = reasons.filtered(lambda reason: reason.id in data.mapped("res_id"))
    company_s = set().union(*(names[reason] for reason in reasons - own))
    own.filtered(lambda reason: names[reason] & company_s and not reason.leads_count).unlink()


def _give_words_back(env):
    """What others own too, and still has this addon's word, gets its owner's: names of records, labels of shared fields."""
    models, modules = (*DIRECTORIES, "ir.model.fields"), list(env["ir.module.module"]._installed())
    data = env["ir.model.data"].search([("model", "in", models), ("module", "in", modules), ("module", "!=", ADDON)])
    owners = data.grouped(lambda data: (data.model, data.res_id))
    for lang, _name in env["res.lang"].get_installed():
        for (model, field, xmlid), (_source, term) in named(ADDON, lang).items():
            record = model in models and env.ref(xmlid, raise_if_not_found=False)
            others = record and owners.get((model, record.id))
            if others and record.with_context(lang=lang)[field] == term:
                said = (named(data.module, lang).get((model, field, data.complete_name)) for data in others)
                _source, theirs = next(filter(None, said), (None, None))
                record.update_field_translations(field, {lang: theirs})
