import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import {
    ApplyProbabilityDialog,
    ArchiveRecordsDialog,
    RestoreRecordsDialog,
} from "@bjet_crm_setup/stage_run/stage_run_dialog";

/** A percentage as the language writes it. */
function formatPercent(value) {
    return _t("%(figure)s%", { figure: formatFloat(value, { trailingZeros: false }) });
}

/** The buttons of a stage's form that act on the opportunities in it. */
export class StageFormActions extends Component {
    static template = "bjet_crm_setup.StageFormActions";
    static props = { ...standardWidgetProps };

    setup() {
        this.dialog = useService("dialog");
    }

    get record() {
        return this.props.record;
    }

    get canApply() {
        const { on_change, is_won, apply_count } = this.record.data;
        return on_change && !is_won && apply_count > 0;
    }

    get applyLabel() {
        return _t("Apply to opportunities: %s", formatInteger(this.record.data.apply_count));
    }

    archive() {
        return this.open(ArchiveRecordsDialog);
    }

    restore() {
        return this.open(RestoreRecordsDialog);
    }

    apply() {
        return this.open(ApplyProbabilityDialog, {
            probability: formatPercent(this.record.data.probability),
        });
    }

    /** What is typed in the form holds for the run: save it first. */
    async open(dialog, props = {}) {
        if (await this.record.save()) {
            this.dialog.add(dialog, {
                ...props,
                stage: { id: this.record.resId, name: this.record.data.name },
                onChanged: () => this.record.load(),
            });
        }
    }
}

registry.category("view_widgets").add("bjet_stage_actions", {
    component: StageFormActions,
    fieldDependencies: [{ name: "apply_count", type: "integer" }],
});
