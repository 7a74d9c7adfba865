import { onWillStart } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { GroupConfigMenu } from "@web/views/view_components/group_config_menu";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import {
    ArchiveRecordsDialog,
    DeleteStageDialog,
    RestoreRecordsDialog,
} from "@bjet_crm_setup/stage_run/stage_run_dialog";

export const MANAGER_GROUP = "sales_team.group_sale_manager";

/**
 * @param {import("@web/model/relational_model/group").Group} group
 * @returns {boolean} whether the group is a stage of the pipeline: leads have stages too, and no pipeline
 */
export function isPipelineStage({ groupByField, resModel, value, context }) {
    return (
        resModel === "crm.lead" && groupByField.name === "stage_id" && Boolean(value) && context.default_type !== "lead"
    );
}

/** The view keeps what it knows of its groups over a reload: a deleted stage would come back empty. */
function forgetStage({ groups = {} }, stageId) {
    for (const [key, group] of Object.entries(groups)) {
        if (group.groupByFieldName === "stage_id" && group.value === stageId) {
            delete groups[key];
        } else {
            forgetStage(group.list, stageId);
        }
    }
}

/**
 * The menu of a stage's column (or row, in a list): Odoo's entries in the guide's words, with Archive and Restore.
 * Any other group keeps Odoo's own menu.
 */
export class StageConfigMenu extends GroupConfigMenu {
    static template = "bjet_crm_setup.StageConfigMenu";

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.canDelete = false;
        onWillStart(async () => {
            this.isManager = await user.hasGroup(MANAGER_GROUP);
        });
    }

    get isStage() {
        return isPipelineStage(this.group);
    }

    get configItems() {
        const items = super.configItems;
        if (!this.isStage) {
            return items;
        }
        const changes = {
            toggle_group: { label: _t("Fold"), method: () => this.foldStage() },
            edit_group: { label: _t("Edit Stage"), method: () => this.editStage() },
            delete_group: { label: _t("Delete"), method: () => this.deleteStage() },
        };
        const changed = items.map((item) => ({ ...item, ...changes[item.key] }));
        const last = changed.findIndex((item) => item.key === "delete_group");
        changed.splice(last < 0 ? changed.length : last, 0, ...this.recordItems);
        return changed;
    }

    get recordItems() {
        const isVisible = this.props.activeActions.edit;
        return [
            {
                key: "archive_records",
                label: _t("Archive Records"),
                class: "o_stage_archive_records",
                icon: "fa-archive",
                isVisible,
                method: () => this.openRun(ArchiveRecordsDialog),
            },
            {
                key: "restore_records",
                label: _t("Restore Records"),
                class: "o_stage_restore_records",
                icon: "fa-undo",
                isVisible,
                method: () => this.openRun(RestoreRecordsDialog),
            },
        ];
    }

    get stage() {
        return { id: this.group.value, name: this.group.displayName };
    }

    /** @override */
    canEditGroup() {
        return super.canEditGroup() && (!this.isStage || this.isManager);
    }

    /** @override */
    canDeleteGroup() {
        return super.canDeleteGroup() && (!this.isStage || this.canDelete);
    }

    /** Delete is offered when the server would do it, which only the server knows. */
    async beforeOpen() {
        if (this.isStage && this.isManager) {
            const options = await this.orm.call("crm.stage", "delete_options", [[this.group.value]]);
            this.canDelete = !options.refusal;
        }
    }

    /** A manager folds the stage for everyone, a salesperson on this screen. */
    async foldStage() {
        if (this.isManager) {
            await this.orm.call("crm.stage", "action_fold", [[this.group.value]]);
        }
        await this.group.toggle();
    }

    editStage() {
        const { context, groupByField, value } = this.group;
        this.props.dialogClose.push(
            this.dialog.add(
                FormViewDialog,
                {
                    context,
                    resId: value,
                    resModel: groupByField.relation,
                    title: _t("Edit Stage: %s", this.group.displayName),
                    onRecordSaved: ({ data }) => this.followFold(data.fold),
                },
                {
                    // Who leaves for another screen (the dialog's own Expand, Back) has no pipeline to read again.
                    onClose: ({ noReload } = {}) => noReload || this.reload(),
                }
            )
        );
    }

    async followFold(fold) {
        if (fold && !this.group.isFolded && !this.env.isSmall) {
            await this.group.toggle();
        }
    }

    deleteStage() {
        const { model } = this.props.list;
        const { id } = this.stage;
        this.openDialog(DeleteStageDialog, { onDeleted: () => forgetStage(model.config, id) });
    }

    openRun(dialog) {
        const { domain, context } = this.group.list;
        this.openDialog(dialog, { domain, context });
    }

    openDialog(dialog, props) {
        this.props.dialogClose.push(
            this.dialog.add(dialog, { ...props, stage: this.stage, onChanged: () => this.reload() })
        );
    }

    /** Also out of the sample data that an empty pipeline shows. */
    reload() {
        const { model } = this.props.list;
        model.useSampleModel = false;
        return model.load();
    }
}
