import { onWillStart } from "@odoo/owl";

import { patch } from "@web/core/utils/patch";

import { CrmSetup } from "@bjet_crm_setup/crm_setup/crm_setup";

/** CRM Setup: the doors of the transfer, and ready-made set-ups for a company that has none of its own. */
patch(CrmSetup.prototype, {
    setup() {
        super.setup();
        onWillStart(async () => {
            this.offers = await this.orm.call("bjet.crm.transfer", "get_offers");
        });
    },

    openExport() {
        return this.action.doAction("bjet_crm_transfer.bjet_crm_transfer_export_action");
    },

    openApply() {
        return this.action.doAction("bjet_crm_transfer.bjet_crm_transfer_apply_action");
    },

    openHistory() {
        return this.action.doAction("bjet_crm_transfer.bjet_crm_transfer_history_action");
    },

    openReady(name) {
        return this.action.doAction("bjet_crm_transfer.bjet_crm_transfer_ready_action", {
            additionalContext: name ? { default_ready: name } : {},
        });
    },
});
