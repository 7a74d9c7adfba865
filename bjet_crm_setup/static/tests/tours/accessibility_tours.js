import { registry } from "@web/core/registry";
import {
    chooseFromColumnMenu,
    click,
    field,
    openApp,
    openMenu,
    step,
    waitForRunEnd,
} from "@bjet_crm_setup/../tests/tours/helpers";

const tours = registry.category("web_tour.tours");

// WCAG 2.2 A and AA, and that a dialog has a name
const RULES = {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    rules: { "aria-dialog-name": { enabled: true } },
};

// What is Odoo's own, on its screens as on ours: a field's list of suggestions, colours, tabs, avatars, and selections
const OF_ODOO = [
    ".o-autocomplete--input",
    ".o_colorlist",
    ".o_notebook_headers",
    ".o_field_widget .o_m2o_avatar",
    ".o_field_widget .dropdown-toggle",
    ".o_select_menu_input",
];

const fadesUnderWay = () => document.getAnimations().filter((animation) => animation instanceof CSSTransition);

/** axe-core, which the test puts into the page, finds nothing of ours in what matches the selector. */
function audit(content, selector) {
    return step(content, selector, async () => {
        // half-way, what fades in has half of its contrast
        await Promise.allSettled(fadesUnderWay().map(({ finished }) => finished));
        const { violations } = await window.axe.run(
            { include: [[selector]], exclude: OF_ODOO.map((part) => [part]) },
            RULES
        );
        const found = violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, any }) => `${id}: ${html.slice(0, 300)} ${any.map(({ message }) => message).join("; ")}`)
        );
        if (found.length) {
            throw new Error(`${content}:\n${found.join("\n")}`);
        }
    });
}

const auditRun = (entry) => [
    ...chooseFromColumnMenu("Холодні", entry),
    step("the dialog", ".o_stage_run .o_stage_run_question"),
    audit(entry, ".modal"),
    click("close it", ".o_stage_run .o_stage_run_cancel"),
    ...waitForRunEnd(),
];

tours.add("bjet_axe_setup", {
    steps: () => [
        ...openApp(),
        ...openMenu("Налаштування", "Налаштування CRM", "bjet_crm_setup.menu_crm_setup"),
        step("the cards", ".o_bjet_crm_setup section"),
        audit("the overview", ".o_bjet_crm_setup .o_content"),
    ],
});

tours.add("bjet_axe_dashboards", {
    steps: () => [
        ...openApp(),
        ...openMenu("Звітування", "Канали продажу", "bjet_crm_setup.menu_crm_team_dashboard"),
        step("a card with its graph", ".o_channel_dashboard .o_kanban_record canvas"),
        audit("the dashboards", ".o_channel_dashboard .o_kanban_record:not(.o_kanban_ghost)"),
    ],
});

tours.add("bjet_axe_channel", {
    steps: () => [
        ...openApp(),
        ...openMenu("Налаштування", "Канали продажу", "crm.crm_team_config"),
        click("a channel", ".o_data_row .o_data_cell[name=name]:contains(Гарячі голови)"),
        step("its form", ".o_form_view div[name=options_active]"),
        audit("the channel", ".o_form_view .o_form_sheet"),
        click("its dashboard", ".o_notebook .nav-link:contains(Інформаційна панель)"),
        step("the tab", `${field("invoiced_target")} input`),
        audit("the channel's dashboard", ".o_form_view .o_form_sheet"),
    ],
});

tours.add("bjet_axe_stage", {
    steps: () => [
        ...openApp(),
        ...chooseFromColumnMenu("Холодні", "Редагувати стадію"),
        step("the form", ".modal .o_stage_actions"),
        audit("Edit Stage", ".modal"),
        click("apply the probability", ".modal .o_stage_apply"),
        step("the dialog", ".o_stage_run .o_stage_run_question"),
        audit("apply", ".modal:has(.o_stage_run)"),
        click("close it", ".o_stage_run .o_stage_run_cancel"),
        click("discard", ".modal .o_form_button_cancel"),
        step("closed", "body:not(:has(.modal))"),
        ...["Архівувати записи", "Відновити записи", "Видалити"].flatMap(auditRun),
        audit("the column's head", ".o_kanban_group .o_kanban_header_title"),
    ],
});
