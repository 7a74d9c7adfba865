import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { KanbanColumnQuickCreate } from "@web/views/kanban/kanban_column_quick_create";
import { keepForButton } from "@bjet_crm_setup/pipeline/stage";

// Odoo puts the translation of "Add" before the label of a field, which no inflected language can do: one term instead.
patch(KanbanColumnQuickCreate.prototype, {
    get addColumnLabel() {
        return _t("Add %s", this.relatedFieldName);
    },

    onUnfoldKeydown(ev) {
        keepForButton(ev);
    },
});
