# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The guide's words for Odoo's own fields, menus, screens and views, laid over when they are read.

Nothing of Odoo is written, so that an update of Odoo, the loading of a language, and the uninstallation of the addon have
nothing to bring back. Laid over is what Odoo ships, and nothing else: a name that a person changed is not what Odoo
ships, and is shown as they changed it, in the language in which they changed it. There are two kinds of words:

- by concept: `tools/wording.py` says Odoo's own sentences with the guide's words (each Sales Team is a Sales Channel);
- by place (`PLACES`), where the guide calls one thing otherwise.

A language into which the addon is not translated keeps Odoo's words, on the addon's own menus and screens too (`ODOO`).
All is computed inside the caches in which Odoo keeps the same values.
"""

from lxml import etree
from markupsafe import Markup

from odoo import api, models
from odoo.tools import LazyTranslate, frozendict, ormcache
from odoo.tools.translate import TRANSLATED_ATTRS, code_translations

from odoo.addons.mail.tools.discuss import Store

from ..tools.wording import TEXT, phrasebook, plain, shipped
from .ir_module_module import ADDON

_lt = LazyTranslate(__name__)

CHANNEL, CHANNELS, PIPELINE = _lt("Sales Channel"), _lt("Sales Channels"), _lt("Pipeline")

# What the guide calls otherwise in one place, or Odoo's Ukrainian leaves in English: {place: {Odoo's words: ours}}. A place
# is a model (its labels, helps and views), a field (its values), a menu, an action, or a module of the web client.
PLACES = {
    # menus and actions
    "crm.crm_lead_action_pipeline": {"Pipeline": PIPELINE},
    "crm.crm_menu_config": {"Configuration": _lt("Configuration")},
    "crm.crm_menu_report": {"Reporting": _lt("Reporting")},
    "crm.crm_opportunity_report_menu": {"Pipeline": PIPELINE},
    "crm.menu_crm_opportunities": {"My Pipeline": PIPELINE},
    "crm.sales_team_menu_team_pipeline": {"Teams": CHANNELS},
    "sales_team.crm_team_action_pipeline": {"Teams": CHANNELS},
    # models and fields
    "crm.lead": {
        "Email cc": _lt("Email cc"),
        "No closing estimate": _lt("No closing estimate"),
        "Not specified": _lt("Not specified"),
        "Opportunity's Name": _lt("Opportunity's Name"),
        "Rotting": _lt("Rotting"),
        "Stage Color": _lt("Stage Color"),
        "Switch to AI-computed probabilities": _lt("Switch to AI-computed probabilities"),
        "Tag": _lt("Tags"),
        "Visible to all": _lt("Visible to all"),
        "Won/Lost": _lt("Won/Lost"),
        "at": _lt("at"),
    },
    "crm.lead.priority": {"Medium": _lt("Medium")},  # Odoo's Ukrainian has the word for a medium of advertising
    "crm.lost.reason": {"Description": _lt("Lost Reason")},
    "crm.stage": {
        "Color": _lt("Color"),
        "Days to rot": _lt("Days to Rot"),
        "Folded in Pipeline": _lt("Fold in Pipeline"),
        "Give your team the requirements to move an opportunity to this stage.": _lt(
            "What has to be done for an opportunity to move to this stage"
        ),
        "Is Won Stage?": _lt("Won Stage"),
        "Sales Teams": _lt("Team"),
        "Shared with all teams": _lt("Shared with all teams"),
        "This stage is folded in the kanban view when there are no records in that stage to display.": _lt(
            "The stage is folded in the pipeline, for everyone."
        ),
    },
    "crm.tag": {"Tag Name": _lt("Name")},
    "crm.team": {
        'Activate "Multi-team"': _lt('Activate "Multi-team"'),
        "Check this box to manage a presales process with opportunities.": _lt(
            "The channel has opportunities: its card shows them."
        ),
        "Invoicing Target": _lt("Invoicing Target"),
        "Leads Wanted": _lt("Leads"),
        "Members": _lt("Team Members"),
        "Pipeline": PIPELINE,
        "Revenue Target for the current month (untaxed total of paid invoices).": _lt(
            "How much the channel should invoice each month: untaxed total of posted customer invoices, less credit notes."
        ),
        "Salespersons": _lt("Team Members"),
        "Team Details": _lt("Channel Details"),
        "Team Leader": _lt("Channel Leader"),
        "Visible to all": _lt("Visible to all"),
        "Working in multiple teams?": _lt("Working in multiple channels?"),
        "e.g. North America": _lt("e.g. Website"),
    },
    "mail.activity": {"Schedule a meeting in your calendar": _lt("Schedule a meeting in your calendar")},
    "mail.activity.schedule": {"Save": _lt("Schedule"), "e.g. Discuss Proposal": _lt("e.g. Discuss Proposal")},
    "mail.activity.type": {
        "Action": _lt("Category"),
        "Default Summary": _lt("Expected Summary"),
        "Default Summary:": _lt("Expected Summary:"),
        "Schedule": _lt("Days"),
        "Suggest": _lt("Recommended Next Activities"),
        "Suggested Next": _lt("Recommended Next Activities"),
    },
    "mail.activity.type.category": {"None": _lt("Other")},
    # modules of the web client
    "crm": {"See AI-computed chances details": _lt("See AI-computed chances details")},
    "mail": {
        "The conversation is empty.": _lt("The conversation is empty."),
        "View all activities": _lt("View all activities"),
    },
    "web": {
        "Actions menu": _lt("Actions menu"),
        "Add %s": _lt("Add %s"),
        "Add nested rule": _lt("Add nested rule"),
        "Custom Filter": _lt("Custom Filter"),
        "Custom Filter...": _lt("Custom Filter..."),
        "Custom Group": _lt("Custom Group"),
        "Delete rule": _lt("Delete rule"),
        "Discard all changes": _lt("Discard all changes"),
        "Raspberry": _lt("Raspberry"),
        "Select a field": _lt("Select a field"),
        "Select one or several criteria": _lt("Select one or several criteria"),
        "Show options": _lt("Show options"),
        "Statusbar": _lt("Statusbar"),
    },
}
OTHER_TEAMS = " already in other teams ("  # what Odoo says of members between their names and those of their teams
# Entries of ours that stand where the guide has them, instead of Odoo's: {Odoo's: (its name, its parent, ours)}
DOUBLED = {
    "crm.crm_team_menu_config_activity_types": (
        "Activity Types",
        "crm.crm_team_menu_config_activities",
        "bjet_crm_setup.menu_mail_activity_type",
    ),
    "crm.menu_crm_lead_categ": ("Tags", "crm.menu_crm_config_lead", "bjet_crm_setup.menu_crm_tag"),
    "crm.menu_crm_lead_stage_act": ("Stages", "crm.menu_crm_config_lead", "bjet_crm_setup.menu_crm_stage"),
    "crm.menu_crm_lost_reason": ("Lost Reasons", "crm.menu_crm_config_lead", "bjet_crm_setup.menu_crm_lost_reason"),
}
# Names of ours and what Odoo calls the same thing: its words stand there in a language without our translation
ODOO = {
    "Activity Types": "Activity Types",
    "Lead Tags": "Tags",
    "Leads Wanted": "Leads",
    "Lost Reasons": "Lost Reasons",
    "Opportunities": "Opportunities",
    "Sales Channels": "Sales Teams",
    "Stages": "Stages",
}


def is_translated(env):
    """Whether the addon speaks the language of the environment."""
    lang = env.lang or "en_US"
    return lang.startswith("en") or bool(code_translations.get_python_translations(ADDON, lang))


def is_shipped(env, text, source, modules):
    """Whether the text is what one of the modules ships for its English words, in the language of the environment."""
    return text == source or any(text == shipped(module, env.lang or "en_US").get(source) for module in modules)


def say(env, text, place=None):
    """A text of Odoo's with the guide's words; what stands around it stays, spaces too."""
    words, said = env["ir.model.fields"]._get_guide_words(), plain(text or "")
    ours = words.get((place, said)) or words.get(said)
    return text.replace(text.strip(), ours) if ours else text


def say_html(env, html):
    """HTML of Odoo's with the guide's words between its tags."""
    return html and Markup(TEXT.sub(lambda piece: say(env, Markup(piece[0])), html))


class IrModelFields(models.Model):
    _inherit = "ir.model.fields"

    @api.model
    @ormcache("self.env.lang", cache="stable")
    def _get_guide_words(self):
        """{what Odoo says: what the guide says}, with the place before it where the guide says it in one place only."""
        lang = self.env.lang or "en_US"
        if not is_translated(self.env):
            return frozendict({ours: shipped("crm", lang).get(theirs, ours) for ours, theirs in ODOO.items()})
        channels = self.env["ir.module.module"]._get("sales_team")
        modules = sorted((channels + channels.downstream_dependencies()).mapped("name"))
        by_place = {
            (place, plain(shipped(module, lang).get(source, source))): self.env._(word)
            for place, words in PLACES.items()
            for source, word in words.items()
            for module in ("mail", *modules)
        }
        return frozendict(phrasebook(tuple(modules), lang) | by_place)

    @api.model
    @ormcache("model_name", "self.env.lang", cache="stable")
    def _get_fields_cached(self, model_name):
        known = self.env[model_name]._fields if model_name in self.env else {}
        fields = super()._get_fields_cached(model_name)
        return frozendict({name: self._lay_over(known.get(name), shown) for name, shown in fields.items()})

    @api.model
    def _lay_over(self, field, shown):
        """What Odoo says of a field, with the guide's words: its label, its help and its values."""
        if not field:
            return shown
        shown = dict(shown)
        source, place = shown["field_description"], field.model_name
        label = say(self.env, source, place)
        # whatever its module calls it, a field of channels is one
        to_channels = field.comodel_name == "crm.team" and is_translated(self.env)
        if to_channels and label == source and is_shipped(self.env, source, field.string, field._modules):
            word = CHANNEL if field.type == "many2one" else CHANNELS
            label = self.env._(word)
        shown.update(field_description=label, help=say(self.env, shown["help"], place))
        if "selection" in shown:
            shown["selection"] = [(value, say(self.env, text, str(field))) for value, text in shown["selection"]]
        return shown


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    def _postprocess_view(self, node, model_name, *args, **kwargs):
        """Lay the words over a view, and over each view inside it. What comes out is cached by Odoo, by language."""
        for element in node.iter(etree.Element):
            for name in TRANSLATED_ATTRS.intersection(element.attrib):
                element.set(name, say(self.env, element.get(name), model_name))
            element.text, element.tail = (say(self.env, text, model_name) for text in (element.text, element.tail))
        return super()._postprocess_view(node, model_name, *args, **kwargs)


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Of two entries for one thing, one is shown: ours, unless a person renamed, moved or archived Odoo's."""
        hidden = self.browse()
        for theirs, (name, parent, ours) in DOUBLED.items():
            odoo, place, own = (self.env.ref(xmlid, raise_if_not_found=False) for xmlid in (theirs, parent, ours))
            if odoo and own:
                in_place = odoo.active and odoo.parent_id == place
                hidden += odoo if in_place and is_shipped(self.env, odoo.name, name, ["crm"]) else own
        # and no submenu that has nothing left
        hidden += hidden.parent_id.filtered(lambda menu: not menu.action and menu.child_id <= hidden)
        return super()._load_menus_blacklist() + hidden.ids

    @api.model
    def load_menus(self, debug):
        return {
            key: {**menu, "name": say(self.env, menu["name"], menu.get("xmlid"))}
            for key, menu in super().load_menus(debug).items()
        }


class IrActionsActions(models.Model):
    _inherit = "ir.actions.actions"

    def _get_action_dict(self):
        action = super()._get_action_dict()
        for field in action.keys() & {"name", "display_name"}:
            action[field] = say(self.env, action[field], action["xml_id"])
        action["help"] = say_html(self.env, action.get("help"))
        return action

    def get_bindings(self, model_name):
        return {
            kind: [{**action, "name": say(self.env, action["name"])} for action in actions]
            for kind, actions in super().get_bindings(model_name).items()
        }


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.model
    def get_empty_list_help(self, help_message):
        return say_html(self.env, super().get_empty_list_help(help_message))

    def _creation_message(self):
        if not is_translated(self.env):
            return super()._creation_message()
        if self.team_id:
            return self.env._("Created in the sales channel “%s”.", self.team_id.display_name)
        return self.env._("Created outside of the sales channels.")


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def _creation_message(self):
        return self.env._("Sales channel created") if is_translated(self.env) else super()._creation_message()

    def _compute_member_warning(self):
        """Who leads and is in channels reads of channels, and in their language: Odoo has no Ukrainian for it."""
        super()._compute_member_warning()
        for team in self.filtered("member_warning"):
            users, said, teams = team.member_warning.partition(OTHER_TEAMS)
            if said and is_translated(self.env):
                team.member_warning = self.env._(
                    "%(users)s: in other sales channels already (%(channels)s).",
                    users=users,
                    channels=teams.removesuffix(")."),
                )

    @api.model
    def _action_update_to_pipeline(self, action):
        action = super()._action_update_to_pipeline(action)
        return {**action, "help": say_html(self.env, action.get("help"))}

    def action_open_leads(self):
        action = super().action_open_leads()
        return {**action, "help": say_html(self.env, action.get("help"))}


class MailMessageSubtype(models.Model):
    _inherit = "mail.message.subtype"

    def _field_store_repr(self, field_name):
        """What a message under a document says has happened, and what one may follow."""
        if field_name not in ("name", "description"):
            return [field_name]
        return [Store.Attr(field_name, lambda subtype: say(self.env, subtype[field_name]))]


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _get_activity_groups(self):
        return [{**group, "name": say(self.env, group["name"])} for group in super()._get_activity_groups()]


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @api.model
    def _get_translations_for_webclient(self, modules, lang):
        translations, parameters = super()._get_translations_for_webclient(modules, lang)
        env = self.with_context(lang=lang or self.env.context.get("lang")).env
        if is_translated(env):
            for module, terms in translations.items():
                said = {term["id"]: say(env, term["string"]) for term in terms["messages"]}
                said |= {source: env._(word) for source, word in PLACES.get(module, {}).items()}
                translations[module] = {"messages": [{"id": id_, "string": term} for id_, term in said.items()]}
        return translations, parameters
