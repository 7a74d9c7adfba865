import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { GroupConfigMenu } from "@web/views/view_components/group_config_menu";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import {
    ArchiveRecordsDialog,
    DeleteStageDialog,
    RestoreRecordsDialog,
} from "@bjet_crm_setup/stage_run/stage_run_dialog";
import { focusColumn, focusFirstStage, isManager, isPipelineStage, keepForButton } from "./stage";

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
 * The menu of any other group stays as it is.
 */
patch(GroupConfigMenu.prototype, {
    setup() {
        super.setup();
        this.orm = useService("orm");
        this.isManager = false;
        this.canDeleteStage = false;
    },

    get isStage() {
        return isPipelineStage(this.group);
    },

    get stage() {
        return { id: this.group.value, name: this.group.displayName };
    },

    /** Columns stand side by side: which one's menu it is has to be heard. */
    get stageMenuLabel() {
        return _t("Menu of the stage “%s”", this.group.displayName);
    },

    get configItems() {
        const items = super.configItems;
        if (!this.isStage) {
            return items;
        }
        const changes = {
            // Odoo disables it on the sample data of an empty pipeline; a stage can be folded all the same.
            toggle_group: { label: _t("Fold"), method: () => this.foldStage(), class: "o_kanban_toggle_fold" },
            edit_group: { label: _t("Edit Stage") },
            delete_group: { label: _t("Delete") },
        };
        return items.map((item) => ({ ...item, ...changes[item.key] }));
    },

    get permissions() {
        const permissions = super.permissions;
        Object.defineProperty(permissions, "canRunOverStage", {
            get: () => this.isStage && this.props.activeActions.edit,
            configurable: true,
        });
        return permissions;
    },

    canEditGroup() {
        return super.canEditGroup() && (!this.isStage || this.isManager);
    },

    canDeleteGroup() {
        return super.canDeleteGroup() && (!this.isStage || this.canDeleteStage);
    },

    /** Delete is offered when the server would do it, which only the server knows. */
    async beforeOpen() {
        if (!this.isStage) {
            return;
        }
        this.isManager = await isManager();
        if (this.isManager) {
            const options = await this.orm.call("crm.stage", "delete_options", [[this.group.value]]);
            this.canDeleteStage = !options.refusal;
        }
    },

    onConfigKeydown(ev) {
        if (this.isStage) {
            keepForButton(ev);
        }
    },

    /** A manager folds the stage for everyone, a salesperson on this screen. */
    async foldStage() {
        if (this.isManager) {
            await this.orm.call("crm.stage", "action_fold", [[this.group.value]]);
        }
        await this.group.toggle();
        focusColumn(this.group);
    },

    editGroup() {
        return this.isStage ? this.editStage() : super.editGroup();
    },

    deleteGroup() {
        return this.isStage ? this.deleteStage() : super.deleteGroup();
    },

    archiveRecords() {
        this.openRun(ArchiveRecordsDialog);
    },

    restoreRecords() {
        this.openRun(RestoreRecordsDialog);
    },

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
                    onClose: ({ noReload } = {}) => noReload || this.reloadStages(),
                }
            )
        );
    },

    async followFold(fold) {
        if (fold && !this.group.isFolded && !this.env.isSmall) {
            await this.group.toggle();
        }
    },

    deleteStage() {
        const { model } = this.props.list;
        const { id } = this.stage;
        let isDeleted = false;
        const onDeleted = () => {
            isDeleted = true;
            forgetStage(model.config, id);
        };
        const onClose = () => isDeleted && focusFirstStage();
        this.openStageDialog(DeleteStageDialog, { onDeleted }, { onClose });
    },

    openRun(dialog) {
        const { domain, context } = this.group.list;
        this.openStageDialog(dialog, { domain, context });
    },

    openStageDialog(dialog, props, options) {
        this.props.dialogClose.push(
            this.dialog.add(dialog, { ...props, stage: this.stage, onChanged: () => this.reloadStages() }, options)
        );
    },

    /** Also out of the sample data that an empty pipeline shows. */
    reloadStages() {
        const { model } = this.props.list;
        model.useSampleModel = false;
        return model.load();
    },
});

registry
    .category("group_config_items")
    .add(
        "archive_records",
        {
            label: _t("Archive Records"),
            method: "archiveRecords",
            isVisible: ({ permissions }) => permissions.canRunOverStage,
            class: "o_stage_archive_records",
            icon: "fa-archive",
        },
        { sequence: 26 }
    )
    .add(
        "restore_records",
        {
            label: _t("Restore Records"),
            method: "restoreRecords",
            isVisible: ({ permissions }) => permissions.canRunOverStage,
            class: "o_stage_restore_records",
            icon: "fa-undo",
        },
        { sequence: 27 }
    );
