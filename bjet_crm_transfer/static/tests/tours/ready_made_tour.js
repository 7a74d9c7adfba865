import { registry } from "@web/core/registry";
import { click, column, openApp, openMenu, step } from "@bjet_crm_setup/../tests/tours/helpers";

/** An empty company takes a ready-made set-up, sees its pipeline, and takes it back; in the words of the screen. */

const STAGES = ["Новий запит", "Готуємо пропозицію", "Пропозицію надіслано", "Договір підписано"];
const offers = ".o_bjet_crm_transfer_offers";
const dialog = ".modal .o_form_view";
const table = `${dialog} .o_bjet_crm_transfer_table`;

const footer = (name) => `.modal-footer button:visible:contains(/^${name}$/)`;
const openSetup = () => openMenu("Налаштування", "Налаштування CRM", "bjet_crm_setup.menu_crm_setup");
const openPipeline = () => openMenu("Продажі", "Лійка продажів", "crm.menu_crm_opportunities");

registry.category("web_tour.tours").add("bjet_crm_ready_made", {
    steps: () => [
        ...openApp(),
        ...openSetup(),
        ...STAGES.map((name) => step(`the offer shows ${name}`, `${offers} .badge:contains(${name})`)),
        click("look at the first one", `${offers} button[data-setup=crm_setup_services]:contains(Переглянути)`),
        step("what it brings is shown", `${dialog} [name=picture]:contains(Договір підписано)`),
        click("its preview", footer("Попередній перегляд")),
        step("stages come", `${table}:contains(Стадії) tr:contains(Додано)`),
        step("nobody is asked to decide anything", `${dialog}:not(:has(.o_list_view))`),
        click("apply it, with one click", footer("Застосувати")),
        step("it is done", `${dialog} [role=status]:contains(Готово)`),
        click("close", footer("Закрити")),
        step("it offers no other one", `.o_bjet_crm_setup:not(:has(${offers}))`),
        ...openPipeline(),
        ...STAGES.map((name) => step(`the pipeline has ${name}`, `.o_opportunity_kanban ${column(name)}`)),
        ...openSetup(),
        click("the history", ".o_bjet_crm_transfer button[name=history]:contains(Історія)"),
        click(
            "its only entry",
            ".o_data_row:contains(Застосовано) .o_data_cell[name=display_name]:contains(Послуги для компаній)"
        ),
        click("take it back", ".o_form_view button[name=action_undo]:contains(Скасувати зроблене)"),
        step("what goes is told first", `${table} tr:contains(Вилучено)`),
        click("take it back indeed", footer("Скасувати зроблене")),
        step("it is done again", `${dialog} [role=status]:contains(Готово)`),
        click("close again", footer("Закрити")),
        step("the offers are back", `${offers} button[data-setup=crm_setup_shop]`),
        ...openPipeline(),
        step("the pipeline is as it was", `.o_opportunity_kanban:not(:has(${column(STAGES[1])})) ${column("Новий")}`),
    ],
});
