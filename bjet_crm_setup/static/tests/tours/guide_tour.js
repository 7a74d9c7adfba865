import { registry } from "@web/core/registry";
import {
    card,
    choose,
    chooseFromColumnMenu,
    click,
    column,
    confirmRun,
    field,
    openApp,
    openMenu,
    saveRow,
    select,
    step,
    waitForRunEnd,
} from "@bjet_crm_setup/../tests/tours/helpers";

/** The whole guide, in its order and its words, by a manager of a company that has nothing yet. */

const CHANNEL = "Соціальні мережі";
const TYPE = "Демонстрація товару";
const TAG = "Терміново";
const REASON = "Тендер скасовано";
const STAGE = "Перемовини";
const FINAL_STAGE = "Узгодження";
const LOST = "Стенди для виставки";
const KEPT = "Меблі для офісу";

const selectedRow = ".o_data_row.o_selected_row";

const openDirectory = (entry, xmlId) => openMenu("Налаштування", entry, xmlId);

function openPipeline() {
    return [
        ...openMenu("Продажі", "Лійка продажів", "crm.menu_crm_opportunities"),
        step("the pipeline, mine", ".o_searchview_facet:contains(Мій конвеєр)"),
        step("its columns", `.o_opportunity_kanban ${column("Новий")}`),
    ];
}

function createOpportunity(stage, name) {
    return [
        step(`a new opportunity in ${stage}`, `${column(stage)} .o_kanban_quick_add`, ({ anchor }) => anchor.click()),
        step("its name", `.o_kanban_quick_create ${field("name")} input`, `edit ${name}`),
        click("add it", ".o_kanban_quick_create .o_kanban_add"),
        step("it is there", `${column(stage)} ${card(name)}`),
        click("no other", ".o_kanban_quick_create .o_kanban_cancel"),
    ];
}

function runToEnd() {
    return [...confirmRun(), ...waitForRunEnd()];
}

function addLine(name) {
    return [
        click("Новий", ".o_list_button_add:contains(Новий)"),
        step("Назва", `${selectedRow} [name=name] input`, `edit ${name}`),
    ];
}

const overview = () => [
    ...openDirectory("Налаштування CRM", "bjet_crm_setup.menu_crm_setup"),
    ...["channels", "activity_types", "tags", "lost_reasons", "stages"].map((key, index) =>
        step(
            `card ${key}`,
            `.o_bjet_crm_setup .row > div:nth-child(${index + 1}) [data-key=${key}] .btn-primary:contains(Відкрити)`
        )
    ),
    step("no reason is used yet", "[data-key=lost_reasons]:contains(Жодної причини втрати ще не використано)"),
    click("the channels", "[data-key=channels] .btn-primary"),
    step("they are open", ".o_list_view:has(th:contains(Лідер каналу))"),
];

const channel = () => [
    ...openDirectory("Канали продажу", "crm.crm_team_config"),
    click("Новий", ".o_list_button_add:contains(Новий)"),
    step("Канал продажу", `.oe_title:has(label:contains(Канал продажу)) ${field("name")} input`, `edit ${CHANNEL}`),
    step("Комерційні пропозиції", "span:contains(Комерційні пропозиції) [name=use_quotations] input:checked"),
    step("Лійка продажів", "span:contains(Лійка продажів) [name=use_opportunities] input:checked"),
    step("Потенційні клієнти", "span:contains(Потенційні клієнти) [name=leads_wanted] input:checked"),
    ...choose(field("user_id"), "guide_manager"),
    step("Компанія is filled in", `${field("company_id")} input:value(/Порожня/)`),
    click("Додати", `${field("member_ids")} .o-kanban-button-new`),
    click("a member", ".modal .o_data_row:contains(guide_manager) .o_list_record_selector input"),
    click("Обрати", ".modal .o_select_button:enabled:contains(Обрати)"),
    step("the member is there", `${field("member_ids")} ${card("guide_manager")}`),
    click("Інформаційна панель", ".o_notebook .nav-link:contains(Інформаційна панель)"),
    step("Ціль для виставлення рахунків", `${field("invoiced_target")} input`, "edit 5000"),
    step("Очікуваний для закриття", "label:contains(Очікуваний для закриття)"),
    ...select(field("dashboard_graph_model"), "Продаж"),
    step("Шкала", "label:contains(Шкала)"),
    ...select(field("dashboard_graph_model"), "Конвеєр"),
    ...select(field("dashboard_graph_group_pipeline"), "Стадія"),
    click("save", ".o_form_button_save"),
    step("saved", ".o_form_saved"),
    ...openMenu("Звітування", "Канали продажу", "bjet_crm_setup.menu_crm_team_dashboard"),
    step("its card", `.o_channel_dashboard ${card(CHANNEL)}`),
];

const activityType = () => [
    ...openDirectory("Типи діяльності", "bjet_crm_setup.menu_mail_activity_type"),
    ...["Ел. пошта", "Дзвінок", "Зустріч", "Зробити"].map((name) =>
        step(name, `.o_data_row td[name=name]:contains(/^${name}$/)`)
    ),
    ...["Назва", "Категорія", "Очікуваний Підсумок", "Днів", "Рекомендовані наступні дії"].map((label) =>
        step(label, `th:contains(${label})`)
    ),
    ...addLine(TYPE),
    ...select(`${selectedRow} [name=category]`, "Інше"),
    step("Очікуваний Підсумок", `${selectedRow} [name=summary] input`, "edit Показати товар"),
    step("Днів", `${selectedRow} [name=delay_count] input`, "edit 3"),
    ...choose(`${selectedRow} [name=suggested_next_type_ids]`, "Дзвінок"),
    ...saveRow(),
];

const tag = () => [
    ...openDirectory("Мітки потенційного клієнта", "bjet_crm_setup.menu_crm_tag"),
    ...addLine(TAG),
    ...saveRow(),
];

const lostReason = () => [
    ...openDirectory("Причини втрати", "bjet_crm_setup.menu_crm_lost_reason"),
    ...["Занадто дорого", "Немає людей або навичок", "Дублікат"].map((name) =>
        step(name, `.o_data_row:contains(${name})`)
    ),
    ...addLine(REASON),
    ...saveRow(),
];

const plannedActivity = () => [
    ...openPipeline(),
    ...createOpportunity("Новий", LOST),
    click("open it", card(LOST)),
    ...choose(`.o_form_view ${field("tag_ids")}`, TAG),
    step("tagged", `${field("tag_ids")} .o_tag:contains(${TAG})`),
    click("save", ".o_form_button_save"),
    step("saved", ".o_form_saved"),
    click("plan an activity", ".o-mail-Chatter-activity"),
    click(TYPE, `.modal ${field("activity_type_id")} .o_selection_badge:contains(${TYPE})`),
    step("its summary is filled in", `.modal ${field("summary")} input:value(Показати товар)`),
    click("plan it", ".modal footer .btn-primary"),
    step("it is under the document", ".o-mail-Activity:contains(Показати товар)"),
    click("the menu of activities", ".o_menu_systray .dropdown-toggle:has(.fa-clock-o)"),
    step("it counts there", ".o-mail-ActivityMenu .o-mail-ActivityGroup"),
    click("close it", ".o_menu_systray .dropdown-toggle:has(.fa-clock-o)"),
];

const filterByTag = () => [
    ...openPipeline(),
    ...createOpportunity("Новий", KEPT),
    click("the search", ".o_searchview_dropdown_toggler"),
    click("add a filter", ".o_filter_menu .o_add_custom_filter"),
    click("the field", ".modal .o_model_field_selector"),
    step("look for it", ".o_model_field_selector_popover_search input", "edit Мітки"),
    click("Мітки", ".o_model_field_selector_popover_item[data-name=tag_ids] .o_model_field_selector_popover_item_name"),
    step("дорівнює", ".modal .o_tree_editor_condition select:has(option:checked:contains(дорівнює))"),
    ...choose(".modal .o_tree_editor_condition .o-autocomplete", TAG),
    click("apply", ".modal footer .btn-primary"),
    step("the filter is in the search field", `.o_searchview_facet:contains(Мітки):contains(${TAG})`),
    step("only the tagged one is left", `.o_kanban_view:has(${card(LOST)}):not(:has(${card(KEPT)}))`),
];

const lostOpportunity = () => [
    click("open it", card(LOST)),
    click("Втрачено", ".o_statusbar_buttons button:contains(Втрачено)"),
    click(REASON, `.modal ${field("lost_reason_id")} .o_selection_badge:contains(${REASON})`),
    click("lose it", ".modal [name=action_lost_reason_apply]"),
    step("it is lost", "body:not(:has(.modal)) .o_form_view .ribbon, body:not(:has(.modal)) .o_widget_web_ribbon"),
];

const groupByReason = () => [
    ...openPipeline(),
    click("not only mine", ".o_searchview_facet .o_facet_remove"),
    click("the search", ".o_searchview_dropdown_toggler"),
    click("Втрачено", ".o_filter_menu .o_menu_item:contains(/^Втрачено$/)"),
    click("Причина втрати", ".o_group_by_menu .o_menu_item:contains(/^Причина втрати$/)"),
    step("it is in the column of its reason", `${column(REASON)} ${card(LOST)}`),
];

const stage = () => [
    ...openPipeline(),
    click("add a column", ".o_column_quick_create.o_quick_create_folded div"),
    step("its title", ".o_column_quick_create input", `edit ${STAGE}`),
    click("add it", ".o_column_quick_create .o_kanban_add"),
    step("drag it", `${column(STAGE)} .o_column_title`, `drag_and_drop(${column("Новий")})`),
    step("it is not the last any more", ".o_kanban_group:last:has(.o_column_title:contains(Впіймано))"),
    ...chooseFromColumnMenu(STAGE, "Редагувати стадію"),
    ...["Назва стадії", "Команда", "Згорнути у Лійці продажів"].map((label) =>
        step(label, `.modal label:contains(${label})`)
    ),
    step("Назва стадії", `.modal ${field("name")} input`, `edit ${FINAL_STAGE}`),
    click(
        "Змінювати ймовірність автоматично",
        `.modal:contains(Змінювати ймовірність автоматично) ${field("on_change")} input`
    ),
    step("Ймовірність (%)", `.modal:contains(Ймовірність) ${field("probability")} input`, "edit 35"),
    click("Зберегти", ".modal .o_form_button_save:contains(Зберегти)"),
    step("it has its name", `body:not(:has(.modal)) ${column(FINAL_STAGE)}`),
    ...createOpportunity(FINAL_STAGE, "Склад"),
];

const columnActions = () => [
    ...chooseFromColumnMenu(FINAL_STAGE, "Згорнути"),
    click("it is folded; unfold it", `.o_column_folded:has(.o_column_title:contains(${FINAL_STAGE}))`),
    step("it is unfolded", `${column(FINAL_STAGE)}:not(.o_column_folded)`),
    ...chooseFromColumnMenu(FINAL_STAGE, "Архівувати записи"),
    ...runToEnd(),
    step("the stage is empty", `${column(FINAL_STAGE)}:not(:has(.o_kanban_record))`),
    ...chooseFromColumnMenu(FINAL_STAGE, "Відновити записи"),
    ...runToEnd(),
    step("they are back", `${column(FINAL_STAGE)} ${card("Склад")}`),
    ...chooseFromColumnMenu(FINAL_STAGE, "Видалити"),
    ...runToEnd(),
    step("the stage is gone", `.o_kanban_renderer:not(:has(${column(FINAL_STAGE)}))`),
    step(
        "Невизначено holds its opportunities",
        `.o_kanban_group:first:has(.o_column_title:contains(Невизначено)) ${card("Склад")}`
    ),
];

registry.category("web_tour.tours").add("bjet_crm_guide", {
    url: "/odoo",
    steps: () => [
        ...openApp(),
        ...overview(),
        ...channel(),
        ...activityType(),
        ...tag(),
        ...lostReason(),
        ...plannedActivity(),
        ...filterByTag(),
        ...lostOpportunity(),
        ...groupByReason(),
        ...stage(),
        ...columnActions(),
    ],
});
