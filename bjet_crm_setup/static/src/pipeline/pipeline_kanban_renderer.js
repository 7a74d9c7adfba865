import { onWillStart } from "@odoo/owl";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { crmKanbanView } from "@crm/views/crm_kanban/crm_kanban_view";
import { isPipelineStage, MANAGER_GROUP, StageConfigMenu } from "./stage_config_menu";

const { KanbanHeader } = crmKanbanView.Renderer.components;

class PipelineKanbanHeader extends KanbanHeader {
    static components = { ...KanbanHeader.components, GroupConfigMenu: StageConfigMenu };
}

export class PipelineKanbanRenderer extends crmKanbanView.Renderer {
    static components = { ...crmKanbanView.Renderer.components, KanbanHeader: PipelineKanbanHeader };

    setup() {
        super.setup();
        this.orm = useService("orm");
        onWillStart(async () => {
            this.isManager = await user.hasGroup(MANAGER_GROUP);
        });
    }

    /**
     * A manager unfolds a stage as Fold folded it: for everyone.
     *
     * @override
     */
    async onGroupClick(group) {
        const unfolds = this.isManager && !this.env.isSmall && group.isFolded && isPipelineStage(group);
        await super.onGroupClick(...arguments);
        if (unfolds) {
            await this.orm.call("crm.stage", "action_unfold", [[group.value]]);
        }
    }
}

// The forecast has a renderer of its own, and keeps Odoo's menu.
patch(crmKanbanView, { Renderer: PipelineKanbanRenderer });
