import { stepUtils } from "@web_tour/tour_utils";

/** What the tours share: selectors in the words of the screen, and the steps that many of them take. */

// ------------------------------------------------------------
// Selectors
// ------------------------------------------------------------

export const column = (name) => `.o_kanban_group:has(.o_column_title:contains(${name}))`;
export const card = (name) => `.o_kanban_record:contains(${name})`;
export const field = (name) => `.o_field_widget[name=${name}]`;
export const label = (name) => `label:contains(${name})`;
export const menuEntry = (name) => `.o-dropdown--group-config-menu .o-dropdown-item:contains(${name})`;
export const having = (...selectors) => selectors.map((selector) => `:has(${selector})`).join("");
export const lacking = (...selectors) => selectors.map((selector) => `:not(:has(${selector}))`).join("");

// ------------------------------------------------------------
// Steps
// ------------------------------------------------------------

export function step(content, trigger, run) {
    return run ? { content, trigger, run } : { content, trigger };
}

export function click(content, trigger) {
    return step(content, trigger, "click");
}

/** From the apps: the CRM opens on the pipeline. */
export function openApp() {
    return [
        stepUtils.showAppsMenuItem(),
        click("open the CRM", ".o_app[data-menu-xmlid='crm.crm_menu_root']"),
        { content: "the pipeline is there", trigger: ".o_opportunity_kanban .o_kanban_group", timeout: 60000 },
    ];
}

/** An entry stands directly in a section of the CRM's menu, called as in the guide. */
export function openMenu(section, entry, xmlId) {
    return [
        click(`open the menu ${section}`, `.o_menu_sections .dropdown-toggle:contains(/^${section}$/)`),
        click(`choose ${entry}`, `.o-dropdown--menu .dropdown-item[data-menu-xmlid='${xmlId}']:contains(/^${entry}$/)`),
        step(`${entry} is there, under its name`, `.o_control_panel .o_breadcrumb:contains(${entry})`),
    ];
}

/** Type into a field of one record or of many, and pick what is offered. */
export function choose(selector, value) {
    return [
        step(`look for ${value}`, `${selector} input`, `edit ${value}`),
        click(`pick ${value}`, `.o-autocomplete--dropdown-item:contains(${value})`),
    ];
}

export function select(selector, value) {
    return [
        click(`open the choices of ${selector}`, `${selector} .o_select_menu_toggler`),
        click(`choose ${value}`, `.o_select_menu_menu .o_select_menu_item:contains(/^${value}$/)`),
        step(`${value} is chosen`, `${selector} .o_select_menu_input:value(/^${value}$/)`),
    ];
}

/** The row of a list that is being edited. */
export function saveRow() {
    return [
        click("save", ".o_list_button_save:contains(Зберегти)"),
        step("saved", ".o_list_view:not(:has(.o_selected_row))"),
    ];
}

export function openColumnMenu(name) {
    return [
        step(`open the menu of the column ${name}`, column(name), ({ anchor }) =>
            anchor.querySelector(".o_group_config button").click()
        ),
        step("it is open", menuEntry("Архівувати записи")),
    ];
}

export function chooseFromColumnMenu(name, entry) {
    return [...openColumnMenu(name), click(`choose ${entry}`, menuEntry(entry))];
}

export function confirmRun() {
    return [click("confirm", ".o_stage_run .o_stage_run_confirm")];
}

export function waitForRunEnd() {
    return [{ content: "the dialog closed by itself", trigger: "body:not(:has(.o_stage_run))", timeout: 60000 }];
}
