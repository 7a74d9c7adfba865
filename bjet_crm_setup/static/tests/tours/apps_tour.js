import { registry } from "@web/core/registry";

const click = (content, trigger) => ({ content, trigger, run: "click" });

// As README and admin.md say it, click by click. The facet "Apps", which Odoo opens the screen with, must not hide the addon.
registry.category("web_tour.tours").add("bjet_crm_apps", {
    steps: () => [
        {
            content: "Settings › Activate the developer mode",
            trigger: ".o_setting_container a:contains(Activate the developer mode):not(:contains(assets))",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "It is on", trigger: ".o_setting_container a:contains(Deactivate the developer mode)" },
        click("Apps", ".o_navbar_apps_menu button"),
        click("is open", ".o_app[data-menu-xmlid='base.menu_management']"),
        click("Update Apps List", "[data-menu-xmlid='base.menu_view_base_module_update']"),
        click("Update", ".modal .modal-footer button:contains(Update)"),
        { content: "The list is up to date", trigger: "body:not(:has(.modal))" },
        { content: "The facet of applications is on", trigger: ".o_searchview_facet" },
        { content: "Search for the addon", trigger: ".o_searchview_input", run: "edit BJet CRM Setup" },
        click("Take the first suggestion", ".o_searchview_autocomplete .o-dropdown-item"),
        { content: "Only it is left", trigger: ".o_kanban_renderer:not(:has(.o_kanban_record:contains(Discuss)))" },
        click("It is there", ".o_kanban_record:contains(BJet CRM Setup) .o_dropdown_kanban button"),
        { content: "and can be uninstalled", trigger: ".o-dropdown--menu :contains(Uninstall)" },
    ],
});
