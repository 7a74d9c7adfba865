# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The guide's words for Odoo's own fields, menus, screens and views, laid over when they are read.

Nothing of Odoo is written, so that an update of Odoo, the loading of a language, and the uninstallation of the addon have
nothing to bring back. Laid over is what Odoo ships, and nothing else: a name that a person changed is not what Odoo
ships, and is shown as they changed it, in the language in which they changed it. There are two kinds of words:

- by concept: `tools/wording.py` says Odoo's own sentences with the guide's words (each Sales Team is a Sales Channel);
- by place: the tables below, where the guide calls one thing otherwise. They give what Odoo says in English, and our word.

A language into which the addon is not translated keeps Odoo's words, on the addon's own menus and screens too (`ODOO`).
All is computed inside the caches in which Odoo keeps the same values.
"""

from functools import partial

from lxml import etree
from markupsafe import Markup, escape

from odoo import api, models
from odoo.tools import LazyTranslate, frozendict, ormcache
from odoo.tools.translate import TRANSLATED_ATTRS, code_translations

from odoo.addons.mail.tools.discuss import Store

from ..tools.wording import TEXT, phrasebook, plain, shipped

_lt = LazyTranslate(__name__)

ADDON = "bjet_crm_setup"
CHANNEL, CHANNELS, PIPELINE = _lt("Sales Channel"), _lt("Sales Channels"), _lt("Pipeline")

# {model: {field: word}}
FIELDS = {
    "crm.lead": {
        "email_cc": _lt("Email cc"),
        "is_rotting": _lt("Rotting"),
        "stage_id_color": _lt("Stage Color"),
        "won_status": _lt("Won/Lost"),
    },
    "crm.lost.reason": {"name": _lt("Lost Reason")},
    "crm.stage": {
        "color": _lt("Color"),
        "fold": _lt("Fold in Pipeline"),
        "is_won": _lt("Won Stage"),
        "rotting_threshold_days": _lt("Days to Rot"),
        "team_ids": _lt("Team"),
    },
    "crm.tag": {"name": _lt("Name")},
    "crm.team": {
        "invoiced_target": _lt("Invoicing Target"),
        "leads_wanted": _lt("Leads"),
        "member_ids": _lt("Team Members"),
        "use_opportunities": PIPELINE,
        "user_id": _lt("Channel Leader"),
    },
    "mail.activity.type": {
        "category": _lt("Category"),
        "delay_count": _lt("Days"),
        "suggested_next_type_ids": _lt("Recommended Next Activities"),
        "summary": _lt("Expected Summary"),
    },
}
# {model: {field: help}}
HELPS = {
    "crm.stage": {"fold": _lt("The stage is folded in the pipeline, for everyone.")},
    "crm.team": {
        "invoiced_target": _lt(
            "How much the channel should invoice each month: untaxed total of posted customer invoices, less credit notes."
        ),
        "use_opportunities": _lt("The channel has opportunities: its card shows them."),
    },
}
# {model: {field: {value: word}}}
SELECTIONS = {
    "crm.lead": {"priority": {"1": _lt("Medium")}},  # Odoo's Ukrainian has the word for a medium of advertising
    "mail.activity.type": {"category": {"default": _lt("Other")}},
}
# menus and actions: {external id: (Odoo's name, word)}
TITLES = {
    "crm.crm_lead_action_pipeline": ("Pipeline", PIPELINE),
    "crm.crm_menu_config": ("Configuration", _lt("Configuration")),
    "crm.crm_menu_report": ("Reporting", _lt("Reporting")),
    "crm.crm_opportunity_report_menu": ("Pipeline", PIPELINE),
    "crm.menu_crm_opportunities": ("My Pipeline", PIPELINE),
    "crm.sales_team_menu_team_pipeline": ("Teams", CHANNELS),
    "sales_team.crm_team_action_pipeline": ("Teams", CHANNELS),
}
# what views say beside their fields: {model: {Odoo's words: ours}}
VIEWS = {
    "crm.lead": {
        "No closing estimate": _lt("No closing estimate"),
        "Not specified": _lt("Not specified"),
        "Opportunity's Name": _lt("Opportunity's Name"),
        "Rotting": _lt("Rotting"),
        "Switch to AI-computed probabilities": _lt("Switch to AI-computed probabilities"),
        "Tag": _lt("Tags"),
        "Visible to all": _lt("Visible to all"),
        "at": _lt("at"),
    },
    "crm.stage": {
        "Give your team the requirements to move an opportunity to this stage.": _lt(
            "What has to be done for an opportunity to move to this stage"
        ),
        "Shared with all teams": _lt("Shared with all teams"),
    },
    "crm.team": {
        'Activate "Multi-team"': _lt('Activate "Multi-team"'),
        "Members": _lt("Team Members"),
        "Team Details": _lt("Channel Details"),
        "Team Leader": _lt("Channel Leader"),
        "Visible to all": _lt("Visible to all"),
        "Working in multiple teams?": _lt("Working in multiple channels?"),
        "e.g. North America": _lt("e.g. Website"),
    },
    "mail.activity": {"Schedule a meeting in your calendar": _lt("Schedule a meeting in your calendar")},
    "mail.activity.schedule": {"Save": _lt("Schedule"), "e.g. Discuss Proposal": _lt("e.g. Discuss Proposal")},
    "mail.activity.type": {
        "Default Summary:": _lt("Expected Summary:"),
        "Suggested Next": _lt("Recommended Next Activities"),
    },
}
# what Odoo's web client leaves in English, or puts before a label uninflected: {module: {Odoo's words: ours}}
CLIENT = {
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
# Menus and actions of ours, and the record of Odoo whose name they have in a language without our translation
ODOO = {
    **{ours: theirs for theirs, (_name, _parent, ours) in DOUBLED.items()},
    "bjet_crm_setup.crm_lead_action_dashboard": "crm.crm_lead_opportunities",
    "bjet_crm_setup.crm_lost_reason_action": "crm.crm_lost_reason_action",
    "bjet_crm_setup.crm_stage_action": "crm.crm_stage_action",
    "bjet_crm_setup.crm_tag_action": "sales_team.sales_team_crm_tag_action",
    "bjet_crm_setup.crm_team_action_dashboard": "sales_team.crm_team_action_config",
    "bjet_crm_setup.mail_activity_type_action": "sales_team.mail_activity_type_action_config_sales",
    "bjet_crm_setup.menu_crm_team_dashboard": "crm.crm_team_config",
}

# Fields of ours that stand where Odoo has one of its own, and have its label there: {model: {ours: Odoo's}}
ODOO_FIELDS = {"crm.team": {"leads_wanted": "use_leads"}}


def is_shipped(env, text, source, modules):
    """Whether the text is what one of the modules ships for its English words, in the language of the environment."""
    return text == source or any(text == shipped(module, env.lang or "en_US").get(source) for module in modules)


def title(env, xmlid, name):
    """The name of a menu or an action, as the guide calls it."""
    phrases = env["ir.model.fields"]._get_guide_phrases()
    if phrases is None:
        odoo = xmlid in ODOO and env.ref(ODOO[xmlid], raise_if_not_found=False)
        return odoo.sudo().name if odoo else name  # sudo: the reader may open ours, whatever Odoo's entry asks for
    source, word = TITLES.get(xmlid, (None, None))
    if word and is_shipped(env, name, source, [xmlid.split(".")[0]]):
        return env._(word)
    return phrases.get(name, name)


def reworded(env, html):
    """The HTML of an empty list with the guide's words; what stands around them stays, spaces too."""
    phrases = env["ir.model.fields"]._get_guide_phrases()

    def over(piece):
        words = phrases.get(plain(piece[0]))
        return piece[0].replace(piece[0].strip(), escape(words)) if words else piece[0]

    return Markup(TEXT.sub(over, html)) if phrases and html else html


class IrModelFields(models.Model):
    _inherit = "ir.model.fields"

    @api.model
    def get_field_string(self, model_name):
        return {**super().get_field_string(model_name), **self._get_guide_words(model_name)["string"]}

    @api.model
    def get_field_help(self, model_name):
        return {**super().get_field_help(model_name), **self._get_guide_words(model_name)["help"]}

    @api.model
    def get_field_selection(self, model_name, field_name):
        words = self._get_guide_words(model_name)["selection"].get(field_name)
        return words or super().get_field_selection(model_name, field_name)

    @api.model
    @ormcache("self.env.lang", cache="stable")
    def _get_guide_phrases(self):
        """{what Odoo says by concept: what the guide says}; None in a language that keeps Odoo's words."""
        lang = self.env.lang or "en_US"
        if not lang.startswith("en") and not code_translations.get_python_translations(ADDON, lang):
            return None
        channels = self.env["ir.module.module"]._get("sales_team")
        modules = channels + channels.downstream_dependencies()
        return frozendict(phrasebook(tuple(sorted(modules.mapped("name"))), lang))

    @api.model
    @ormcache("model_name", "self.env.lang", cache="stable")
    def _get_guide_words(self, model_name):
        """What is laid over the fields of a model: {'string': {field: label}, 'help': …, 'selection': …}."""
        words = {"string": {}, "help": {}, "selection": {}}
        phrases = self._get_guide_phrases()
        if model_name not in self.env:
            return frozendict(words)
        if phrases is None:
            labels = super().get_field_string(model_name)
            words["string"] = {ours: labels[theirs] for ours, theirs in ODOO_FIELDS.get(model_name, {}).items()}
            return frozendict(words)
        labels, helps = super().get_field_string(model_name), super().get_field_help(model_name)
        for name, field in self.env[model_name]._fields.items():
            if name not in labels:
                continue
            over = partial(self._lay_over, phrases, field._modules)
            word = FIELDS.get(model_name, {}).get(name)
            if field.comodel_name == "crm.team" and not word and labels[name] not in phrases:
                word = CHANNEL if field.type == "many2one" else CHANNELS
            if (label := over(word, labels[name], field.string)) != labels[name]:
                words["string"][name] = label
            if (text := over(HELPS.get(model_name, {}).get(name), helps[name], field.help)) != helps[name]:
                words["help"][name] = text
            if field.type == "selection" and isinstance(field.selection, list):
                values, sources = SELECTIONS.get(model_name, {}).get(name, {}), dict(field.selection)
                selection = super().get_field_selection(model_name, name)
                laid = [(value, over(values.get(value), text, sources.get(value))) for value, text in selection]
                if laid != selection:
                    words["selection"][name] = laid
        return frozendict(words)

    @api.model
    def _lay_over(self, phrases, modules, word, text, source):
        """A word for a text that is still as the modules ship it; what the guide says by concept for any other."""
        if word and is_shipped(self.env, text, source, modules):
            return self.env._(word)
        return phrases.get(plain(text or ""), text)


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    def _postprocess_view(self, node, model_name, *args, **kwargs):
        """Lay the words over a view, and over each view inside it. What comes out is cached by Odoo, by language."""
        phrases = self.env["ir.model.fields"]._get_guide_phrases()
        if phrases is not None:
            own = {}
            if model_name in VIEWS:
                terms = shipped(self.env[model_name]._original_module, self.env.lang or "en_US")
                own = {plain(terms.get(source, source)): word for source, word in VIEWS[model_name].items()}

            def over(text):
                said = plain(text or "")
                words = self.env._(own[said]) if said in own else phrases.get(said)
                return text.replace(text.strip(), words) if words else text

            for element in node.iter(etree.Element):
                for name in TRANSLATED_ATTRS.intersection(element.attrib):
                    element.set(name, over(element.get(name)))
                element.text, element.tail = over(element.text), over(element.tail)
        return super()._postprocess_view(node, model_name, *args, **kwargs)


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Of two entries for one thing, one is shown: ours, unless a person renamed, moved or archived Odoo's."""
        hidden = self.browse()
        for theirs, (name, parent, ours) in DOUBLED.items():
            odoo, own = (self.env.ref(xmlid, raise_if_not_found=False) for xmlid in (theirs, ours))
            if odoo and own:
                untouched = (
                    odoo.active
                    and odoo.parent_id == self.env.ref(parent, raise_if_not_found=False)
                    and is_shipped(self.env, odoo.name, name, ["crm"])
                )
                hidden += odoo if untouched else own
        # and no submenu that has nothing left
        hidden += hidden.parent_id.filtered(lambda menu: not menu.action and menu.child_id <= hidden)
        return super()._load_menus_blacklist() + hidden.ids

    @api.model
    def load_menus(self, debug):
        return {
            key: {**menu, "name": title(self.env, menu.get("xmlid"), menu["name"])}
            for key, menu in super().load_menus(debug).items()
        }


class IrActionsActions(models.Model):
    _inherit = "ir.actions.actions"

    def _get_action_dict(self):
        action = super()._get_action_dict()
        name = title(self.env, action["xml_id"], action["name"])
        if action.get("display_name") == action["name"]:
            action["display_name"] = name
        action["name"] = name
        action["help"] = reworded(self.env, action.get("help"))
        return action

    def get_bindings(self, model_name):
        return {
            kind: [{**action, "name": title(self.env, None, action["name"])} for action in actions]
            for kind, actions in super().get_bindings(model_name).items()
        }


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.model
    def get_empty_list_help(self, help_message):
        return reworded(self.env, super().get_empty_list_help(help_message))

    def _creation_message(self):
        if self.env["ir.model.fields"]._get_guide_phrases() is None:
            return super()._creation_message()
        if self.team_id:
            return self.env._("Created in the sales channel “%s”.", self.team_id.display_name)
        return self.env._("Created outside of the sales channels.")


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def _creation_message(self):
        if self.env["ir.model.fields"]._get_guide_phrases() is None:
            return super()._creation_message()
        return self.env._("Sales channel created")

    def _compute_member_warning(self):
        """Who leads and is in channels reads of channels, and in their language: Odoo has no Ukrainian for it."""
        super()._compute_member_warning()
        if self.env["ir.model.fields"]._get_guide_phrases() is None:
            return
        for team in self.filtered("member_warning"):
            users, said, teams = team.member_warning.partition(OTHER_TEAMS)
            if said:
                team.member_warning = self.env._(
                    "%(users)s: in other sales channels already (%(channels)s).",
                    users=users,
                    channels=teams.removesuffix(")."),
                )

    @api.model
    def _action_update_to_pipeline(self, action):
        action = super()._action_update_to_pipeline(action)
        action["help"] = reworded(self.env, action.get("help"))
        return action

    def action_open_leads(self):
        action = super().action_open_leads()
        action["help"] = reworded(self.env, action.get("help"))
        return action


class MailMessageSubtype(models.Model):
    _inherit = "mail.message.subtype"

    def _field_store_repr(self, field_name):
        """What a message under a document says has happened, and what one may follow."""
        if field_name not in ("name", "description"):
            return [field_name]
        return [Store.Attr(field_name, lambda subtype: title(self.env, None, subtype[field_name]))]


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _get_activity_groups(self):
        groups = super()._get_activity_groups()
        for group in groups:
            group["name"] = title(self.env, None, group["name"])
        return groups


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @api.model
    def _get_translations_for_webclient(self, modules, lang):
        translations, parameters = super()._get_translations_for_webclient(modules, lang)
        self = self.with_context(lang=lang or self.env.context.get("lang"))
        phrases = self.env["ir.model.fields"]._get_guide_phrases()
        if not phrases:
            return translations, parameters
        laid = {}
        for module, terms in translations.items():
            messages = {term["id"]: term["string"] for term in terms["messages"]}
            messages = {source: phrases.get(plain(term), term) for source, term in messages.items()}
            ours = {source: self.env._(word) for source, word in CLIENT.get(module, {}).items()}
            laid[module] = {"messages": [{"id": id_, "string": term} for id_, term in {**messages, **ours}.items()]}
        return laid, parameters
