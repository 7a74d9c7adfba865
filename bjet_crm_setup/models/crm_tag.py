# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.arguments import check_ids


class CrmTag(models.Model):
    _name = "crm.tag"
    _inherit = ["crm.tag", "bjet.crm.setup.directory"]

    active = fields.Boolean(
        default=True,
        help="An archived tag stays on the opportunities that have it, and is no longer offered.",
    )
    opportunity_count = fields.Integer(string="Opportunities", compute="_compute_opportunity_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_opportunity_count(self):
        counts = {}
        if self.env["crm.lead"].has_access("read"):  # tags may be read by whoever reads no opportunities
            domain = [("type", "=", "opportunity"), ("tag_ids", "in", self.ids)]
            counts = dict(self.env["crm.lead"]._read_group(domain, ["tag_ids"], ["__count"]))
        for tag in self:
            tag.opportunity_count = counts.get(tag._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        names = [vals.get("name") for vals in vals_list]
        # a new name is the one in all languages, until it is translated
        for lang in {self.env.lang or "en_US", "en_US"}:
            self.with_context(lang=lang)._check_names(names)
        return super().create(vals_list)

    def write(self, vals):
        if "name" in vals:
            renamed = self.filtered(lambda tag: tag.name != vals["name"])
            renamed._check_names([vals["name"]] * len(renamed))
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        if field_name == "name":
            for lang, name in translations.items():
                tags = self.with_context(lang=lang)
                tags.filtered(lambda tag, name=name: tag.name != name)._check_names([name])
        return super()._update_field_translations(field_name, translations, *args, **kwargs)

    def _check_names(self, names):
        """Refuse names that another tag has in the language of the environment, retired ones included.

        In words that say where that tag is, rather than that one exists which nobody sees.

        :param names: the name that each of these tags, or of new ones, is to have
        :raise UserError: naming the tag
        """
        names = [name for name in names if name and isinstance(name, str)]
        other = self.with_context(active_test=False).search_fetch(
            [("name", "in", names), ("id", "not in", self.ids)], ["name", "active"], order="active DESC, id", limit=1
        )
        if other.active:
            raise UserError(
                self.env._("There is a tag “%s” already: use that one, or choose another name.", other.name)
            )
        if other:
            raise UserError(other._explain_retired())
        name, times = next(iter(Counter(names).most_common(1)), (None, 0))
        if times > 1:
            raise UserError(
                self.env._("Two tags cannot have the same name, “%s”: choose another for one of them.", name)
            )

    def _explain_retired(self):
        return self.env._(
            "There is an archived tag “%s”: a sales manager can restore it in Configuration › Lead Tags, with the filter"
            " Archived.",
            self.name,
        )

    @api.readonly
    def action_open_opportunities(self):
        """Open the opportunities that have one of these tags.

        :return: a window action, showing what the caller may read
        :raise AccessError: for anyone who may not read the tags
        """
        check_ids(self)
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("bjet_crm_setup.crm_lead_action_dashboard")
        action["views"].sort(key=lambda view: view[1] != "kanban")  # here the cards come first
        action["domain"] = [("type", "=", "opportunity"), ("tag_ids", "in", self.ids)]
        action["context"] = {"default_type": "opportunity", "default_tag_ids": self.ids}
        return action
