import { registry } from "@web/core/registry";

// As README says it: the facet "Apps", which Odoo opens the screen with, must not hide the addon.
registry.category("web_tour.tours").add("bjet_crm_apps", {
    steps: () => [
        { content: "The facet of applications is on", trigger: ".o_searchview_facet" },
        { content: "Search for the addon", trigger: ".o_searchview_input", run: "edit BJet CRM Setup" },
        { content: "Take the first suggestion", trigger: ".o_searchview_autocomplete .o-dropdown-item", run: "click" },
        { content: "It is there", trigger: ".o_kanban_record:contains(BJet CRM Setup)" },
    ],
});
