import { useEffect } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { SearchBar } from "@web/search/search_bar/search_bar";

// what the screens of the guide show
const MODELS = ["crm.lead", "crm.lost.reason", "crm.stage", "crm.tag", "crm.team", "mail.activity.type"];

/**
 * Odoo's search field keeps the Tab key for walking around among the conditions in it, and has the focus when a screen
 * opens: who has no mouse never gets out. On the guide's screens Tab goes on, unless suggestions are open.
 */
patch(SearchBar.prototype, {
    setup() {
        super.setup(...arguments);
        if (!MODELS.includes(this.env.searchModel.resModel)) {
            return;
        }
        const onKeydown = (ev) => {
            if (ev.key === "Tab" && !this.inputDropdownState.isOpen) {
                ev.stopPropagation();
            }
        };
        useEffect(
            (el) => {
                el?.addEventListener("keydown", onKeydown);
                return () => el?.removeEventListener("keydown", onKeydown);
            },
            () => [this.facetContainerRef.el]
        );
    },
});
