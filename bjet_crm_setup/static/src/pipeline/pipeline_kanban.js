import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { KanbanHeader } from "@web/views/kanban/kanban_header";
import { CrmKanbanModel } from "@crm/views/crm_kanban/crm_kanban_model";
import { CrmKanbanRenderer } from "@crm/views/crm_kanban/crm_kanban_renderer";
import { crmKanbanView } from "@crm/views/crm_kanban/crm_kanban_view";
import { focusColumn, isManager, isPipelineStage, isUndefinedStage, keepForButton } from "./stage";

patch(CrmKanbanModel.prototype, {
    async _postprocessReadGroup(config, response) {
        if ("undefined_stage_id" in response) {
            this.undefinedStageId = response.undefined_stage_id;
        }
        return super._postprocessReadGroup(...arguments);
    },
});

patch(CrmKanbanRenderer.prototype, {
    setup() {
        super.setup(...arguments);
        this.orm = useService("orm");
    },

    /** A manager unfolds a stage as Fold folded it: for everyone. */
    async onGroupClick(group) {
        const unfolds = !this.env.isSmall && group.isFolded && isPipelineStage(group);
        await super.onGroupClick(...arguments);
        if (!unfolds) {
            return;
        }
        focusColumn(group);
        if (await isManager()) {
            await this.orm.call("crm.stage", "action_unfold", [[group.value]]);
        }
    },
});

patch(KanbanHeader.prototype, {
    /** Nothing new goes into Undefined by itself. */
    canQuickCreate() {
        return super.canQuickCreate() && !isUndefinedStage(this.group);
    },

    onUnfoldKeydown(ev) {
        keepForButton(ev);
    },
});

patch(crmKanbanView.Controller.prototype, {
    /** New opens in the first column that is not Undefined, which comes before all others. */
    async createRecord() {
        const groups = this.model.root.groups || [];
        if (!this.canQuickCreate || this.props.archInfo.onCreate !== "quick_create" || !groups.some(isUndefinedStage)) {
            return super.createRecord();
        }
        const stages = groups.filter((group) => !isUndefinedStage(group));
        const first = stages.find((group) => !group.isFolded) || stages[0];
        if (!first) {
            return this.props.createRecord();
        }
        if (first.isFolded) {
            await first.toggle();
        }
        this.quickCreateState.groupId = first.id;
    },
});
