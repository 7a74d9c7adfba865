import { Component, onWillStart } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** CRM › Configuration › CRM Setup: the directories to fill, each with what it still lacks. */
export class CrmSetup extends Component {
    static template = "bjet_crm_setup.CrmSetup";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    icons = {
        channels: "fa-share-alt",
        activity_types: "fa-calendar-check-o",
        tags: "fa-tags",
        lost_reasons: "fa-thumbs-o-down",
        stages: "fa-filter",
    };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        useSetupAction();
        onWillStart(async () => {
            this.directories = await this.orm.call("bjet.crm.setup", "get_overview");
        });
    }

    /** Open a directory, or only those of its records that lack something. */
    async open({ action, domain }) {
        const loaded = await this.action.loadAction(action);
        await this.action.doAction(domain ? { ...loaded, domain } : loaded);
    }
}

registry.category("actions").add("bjet_crm_setup", CrmSetup);
