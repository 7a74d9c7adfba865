import { Component, onWillDestroy, onWillStart, status, useEffect, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { CheckBox } from "@web/core/checkbox/checkbox";
import { Domain } from "@web/core/domain";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { useChildRef, useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { BATCH, StageRun } from "./stage_run";

/**
 * Asks, with the numbers, whether to do something to the records of a stage; then does it in batches, with a progress
 * bar and Stop. What is particular to an action stands in the subclasses.
 */
export class StageRunDialog extends Component {
    static template = "bjet_crm_setup.StageRunDialog";
    static components = { Dialog, CheckBox };
    static props = {
        stage: { type: Object, shape: { id: Number, name: String } },
        // Called after each run, whatever ended it: something may have changed in the stage.
        onChanged: { type: Function, optional: true },
        close: Function,
    };
    static defaultProps = { onChanged: () => {} };

    setup() {
        // The bare service: a batch that is under way when the dialog goes must still be waited for.
        this.orm = this.env.services.orm;
        this.notification = useService("notification");
        this.state = useState({ run: null, isBusy: false });
        this.env.dialogData.dismiss = () => this.stop();
        // Escape stops a run, and closes the dialog only when none is under way.
        useHotkey("escape", () => this.stop(), { isAvailable: () => this.state.isBusy });
        onWillStart(() => this.load());
        this.modalRef = useChildRef();
        // The button that had the focus goes with each change: the keyboard must not end up behind the dialog.
        useEffect(
            (run) => {
                if (run) {
                    this.modalRef.el?.querySelector(".modal-footer button")?.focus();
                }
            },
            () => [this.run, this.state.isBusy]
        );
        onWillDestroy(() => this.run?.stop());
    }

    /** @returns {StageRun | null} */
    get run() {
        return this.state.run;
    }

    get canConfirm() {
        return this.expected > 0;
    }

    get progressText() {
        return _t("%(done)s of %(total)s", {
            done: formatInteger(this.run.done),
            total: formatInteger(this.run.total),
        });
    }

    get endText() {
        return this.run.status === "failed"
            ? _t("Interrupted. What was done is saved; click Continue for the rest.")
            : _t("Stopped. What was done is saved; click Continue for the rest.");
    }

    get batchSize() {
        return BATCH.size && Math.max(BATCH.size, Math.ceil(this.run.total / BATCH.most));
    }

    async confirm() {
        this.state.run = new StageRun(() => this.doBatch(this.batchSize), this.expected, this.finish?.bind(this));
        await this.proceed();
    }

    async proceed() {
        this.running = this._proceed();
        await this.running;
    }

    async _proceed() {
        const { run } = this;
        this.state.isBusy = true;
        await run.start();
        try {
            // With the dialog goes the view behind it: there is nothing to show a change in.
            if (status(this) !== "destroyed") {
                await this.props.onChanged();
            }
        } finally {
            if (run.status === "done") {
                this.notification.add(this.getDoneText(formatInteger(run.done)), { type: "success" });
                this.props.close();
            } else {
                this.state.isBusy = false;
            }
        }
    }

    /** Stop after the batch under way. */
    async stop() {
        this.run?.stop();
        await this.running;
    }

    call(method, kwargs = {}) {
        return this.orm.call("crm.stage", method, [[this.props.stage.id]], kwargs);
    }

    /** What a question is made of. */
    get terms() {
        return { stage: this.props.stage.name, count: formatInteger(this.expected) };
    }
}

/**
 * Archive and Restore: what the column shows under its filter, or the whole stage.
 */
class ScopedRunDialog extends StageRunDialog {
    static props = {
        ...StageRunDialog.props,
        // What the column shows; without it, the whole stage is the only choice.
        domain: { type: Array, optional: true },
        context: { type: Object, optional: true },
    };

    async load() {
        const [whole, shown] = await Promise.all([
            this.call("count_records"),
            this.props.domain && this.call("count_records", this.filter),
        ]);
        this.counts = { whole, shown: shown || whole };
        this.state.scope = "shown";
    }

    get question() {
        if (this.expected) {
            return this.getQuestion(this.terms);
        }
        return this.state.scope === "shown" && this.hasHidden
            ? this.getNothingShown(this.terms)
            : this.getNothing(this.terms);
    }

    /** Does a filter hide records of the stage that would be run over? */
    get hasHidden() {
        const { whole, shown } = this.counts;
        return this.getCount(whole) !== this.getCount(shown);
    }

    get scopes() {
        return [
            { name: "shown", label: _t("Shown under the current filter: %s", this.formatScope("shown")) },
            { name: "whole", label: _t("All in the stage: %s", this.formatScope("whole")) },
        ];
    }

    get filter() {
        return { domain: this.props.domain, context: this.props.context };
    }

    get scopeArguments() {
        return this.state.scope === "shown" && this.props.domain ? this.filter : {};
    }

    formatScope(scope) {
        return formatInteger(this.getCount(this.counts[scope]));
    }

    get expected() {
        return this.getCount(this.counts[this.state.scope]);
    }
}

export class ArchiveRecordsDialog extends ScopedRunDialog {
    static questionTemplate = "bjet_crm_setup.ArchiveRecordsQuestion";

    get title() {
        return _t("Archive Records");
    }

    get confirmLabel() {
        return _t("Archive");
    }

    getQuestion(terms) {
        return _t("Opportunities of the stage “%(stage)s” to archive: %(count)s", terms);
    }

    getNothing(terms) {
        return _t("The stage “%(stage)s” has no opportunities to archive.", terms);
    }

    getNothingShown(terms) {
        return _t("Under the current filter, the stage “%(stage)s” has no opportunities to archive.", terms);
    }

    getCount({ active }) {
        return active;
    }

    doBatch(limit) {
        return this.call("archive_records", { ...this.scopeArguments, limit });
    }

    getDoneText(count) {
        return _t("Archived opportunities: %s", count);
    }
}

export class RestoreRecordsDialog extends ScopedRunDialog {
    static questionTemplate = "bjet_crm_setup.RestoreRecordsQuestion";

    setup() {
        super.setup();
        this.state.includeLost = false;
    }

    get title() {
        return _t("Restore Records");
    }

    get confirmLabel() {
        return _t("Restore");
    }

    getQuestion(terms) {
        return _t("Opportunities of the stage “%(stage)s” to restore: %(count)s", terms);
    }

    getNothing(terms) {
        return _t("The stage “%(stage)s” has no archived opportunities.", terms);
    }

    getNothingShown(terms) {
        return _t("Under the current filter, the stage “%(stage)s” has no archived opportunities.", terms);
    }

    /** The column's filter says which of the archived ones are meant; that it shows active ones says nothing here. */
    get filter() {
        return {
            domain: Domain.removeDomainLeaves(this.props.domain, ["active"]).toList(),
            context: this.props.context,
        };
    }

    get lost() {
        return this.counts[this.state.scope].lost;
    }

    get lostLabel() {
        return _t("Also restore lost opportunities: %s", formatInteger(this.lost));
    }

    /** Lost ones that the filter hides count too: they can be asked for once the whole stage is chosen. */
    get hasHidden() {
        const { whole, shown } = this.counts;
        return whole.archived !== shown.archived || whole.lost !== shown.lost;
    }

    toggleLost(checked) {
        this.state.includeLost = checked;
    }

    getCount({ archived, lost }) {
        return archived + (this.state.includeLost ? lost : 0);
    }

    doBatch(limit) {
        return this.call("restore_records", {
            ...this.scopeArguments,
            include_lost: this.state.includeLost,
            limit,
        });
    }

    getDoneText(count) {
        return _t("Restored opportunities: %s", count);
    }
}

export class ApplyProbabilityDialog extends StageRunDialog {
    static questionTemplate = "bjet_crm_setup.ApplyProbabilityQuestion";
    static props = { ...StageRunDialog.props, probability: String };

    get title() {
        return _t("Apply the Probability");
    }

    get confirmLabel() {
        return _t("Apply");
    }

    get question() {
        const terms = { ...this.terms, probability: this.props.probability };
        return this.expected
            ? _t("Open opportunities of the stage “%(stage)s” to get the probability %(probability)s: %(count)s", terms)
            : _t(
                  "All open opportunities of the stage “%(stage)s” have the probability %(probability)s already.",
                  terms
              );
    }

    async load() {
        const [{ apply_count }] = await this.orm.read("crm.stage", [this.props.stage.id], ["apply_count"]);
        this.expected = apply_count;
    }

    doBatch(limit) {
        return this.call("apply_probability", { limit });
    }

    getDoneText(count) {
        return _t("Opportunities with a new probability: %s", count);
    }
}

/**
 * Delete: everything in the stage moves first, to Undefined or to a stage picked here.
 */
export class DeleteStageDialog extends StageRunDialog {
    static questionTemplate = "bjet_crm_setup.DeleteStageQuestion";
    static props = { ...StageRunDialog.props, onDeleted: { type: Function, optional: true } };
    static defaultProps = { ...StageRunDialog.defaultProps, onDeleted: () => {} };

    get title() {
        return _t("Delete the Stage");
    }

    get confirmLabel() {
        return _t("Delete");
    }

    get question() {
        return this.expected
            ? _t("Records in the stage “%(stage)s”: %(count)s", this.terms)
            : _t("The stage “%(stage)s” is empty. It will be deleted.", this.terms);
    }

    get canConfirm() {
        return !this.options.refusal;
    }

    get expected() {
        return this.options.count;
    }

    get destinationId() {
        return Number(this.state.destination) || null;
    }

    async load() {
        this.options = await this.call("delete_options");
        this.destinations = this.options.destinations.map(({ id, name }) => ({ value: String(id || 0), name }));
        this.state.destination = this.destinations[0]?.value;
    }

    async doBatch(limit) {
        if (!this.options.count) {
            return { done: 0, remaining: 0 };
        }
        return this.call("move_records", { destination_id: this.destinationId, limit });
    }

    async finish() {
        // What has entered meanwhile goes where the rest went.
        await this.call("action_delete", { destination_id: this.destinationId });
        this.props.onDeleted();
    }

    getDoneText(count) {
        return _t("The stage “%(name)s” was deleted; records moved: %(count)s", { name: this.props.stage.name, count });
    }
}
