import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import {
    click,
    field,
    having,
    lacking,
    openApp,
    openMenu,
    saveRow,
    step,
} from "@bjet_crm_setup/../tests/tours/helpers";

const tours = registry.category("web_tour.tours");

const row = (text) => `.o_data_row:has(.o_data_cell:contains(/^${text}$/))`;

/** CRM › Налаштування › entry. */
function openDirectory(xmlid, entry) {
    return [...openApp(), ...openMenu("Налаштування", entry, xmlid), step("it is a list", ".o_list_view")];
}

/** From another screen of the CRM: the app opens on the pipeline, and a tour would not see the menu open it again. */
function openPipeline() {
    return [
        ...openMenu("Продажі", "Лійка продажів", "crm.menu_crm_opportunities"),
        click("show everybody's opportunities", ".o_opportunity_kanban .o_searchview_facet .o_facet_remove"),
        step("they are there", `.o_opportunity_kanban .o_searchview${lacking(".o_searchview_facet")}`),
    ];
}

const openFilters = {
    content: "open the filters",
    trigger: ".o_searchview_dropdown_toggler",
    run: "click",
};

function pickInMany2many(name, text) {
    return [
        {
            content: `look for ${text}`,
            trigger: `${field(name)} input`,
            run: `edit ${text}`,
        },
        {
            content: `pick ${text}`,
            trigger: `.o-autocomplete--dropdown-item:contains(/^${text}$/)`,
            run: "click",
        },
        {
            content: `${text} is there`,
            trigger: `${field(name)} .o_tag:contains(${text})`,
        },
    ];
}

// A1, A2, A3
tours.add("bjet_activity_types", {
    steps: () => [
        ...openDirectory("bjet_crm_setup.menu_mail_activity_type", "Типи діяльності"),
        ...["Ел. пошта", "Дзвінок", "Зустріч", "Зробити"].map((name) => ({
            content: `the default ${name}`,
            trigger: `.o_data_row:has(td[name=name]:contains(/^${name}$/))`,
        })),
        {
            content: "the list has the guide's columns",
            trigger: `.o_list_table thead${having(
                "th:contains(Назва)",
                "th:contains(Категорія)",
                "th:contains(Очікуваний Підсумок)",
                "th:contains(Днів)",
                "th:contains(Рекомендовані наступні дії)"
            )}`,
        },
        {
            content: "create one in the list",
            trigger: ".o_list_button_add:contains(Новий)",
            run: "click",
        },
        { content: "its name", trigger: `.o_selected_row ${field("name")} input`, run: "edit Демонстрація" },
        { content: "its category", trigger: `.o_selected_row ${field("category")} input`, run: "click" },
        {
            content: "other is a category",
            trigger: ".o_select_menu_item:contains(/^Інше$/)",
        },
        { content: "a meeting", trigger: ".o_select_menu_item:contains(/^Зустріч$/)", run: "click" },
        {
            content: "its expected summary",
            trigger: `.o_selected_row ${field("summary")} input`,
            run: "edit Показати продукт",
        },
        { content: "its days", trigger: `.o_selected_row ${field("delay_count")} input`, run: "edit 3" },
        ...pickInMany2many("suggested_next_type_ids", "Дзвінок"),
        ...saveRow(),
        {
            content: "open it",
            trigger: `.o_data_row:has(td[name=name]:contains(/^Демонстрація$/)) .o_list_record_open_form_view button`,
            run: "click",
        },
        {
            content: "the form begins with the guide's fields",
            trigger: `.o_form_view .o_form_sheet:has(label:contains(Назва)) .o_inner_group${having(
                "label:contains(Категорія)",
                "label:contains(Очікуваний Підсумок)",
                "label:contains(Днів)",
                "label:contains(Рекомендовані наступні дії)"
            )}`,
        },
        { content: "another deadline", trigger: `${field("delay_count")} input`, run: "edit 4" },
        ...pickInMany2many("suggested_next_type_ids", "Ел. пошта"),
        ...stepUtils.saveForm(),
    ],
});

// A4
tours.add("bjet_activity_schedule", {
    steps: () => [
        {
            content: "schedule an activity on the opportunity",
            trigger: ".o-mail-Chatter-activity",
            run: "click",
        },
        {
            content: "choose the activity",
            trigger: `.modal ${field("activity_type_id")} .o_selection_badge:contains(Огляд)`,
            run: "click",
        },
        {
            content: "its expected summary is proposed",
            trigger: `.modal ${field("summary")} input:value(Оглянути приміщення)`,
        },
        {
            content: "another summary",
            trigger: `.modal ${field("summary")} input`,
            run: "edit Оглянути магазин",
        },
        {
            content: "open the calendar",
            trigger: `.modal ${field("date_deadline")} button, .modal ${field("date_deadline")} input`,
            run: "click",
        },
        {
            content: "pick today",
            trigger: ".o_datetime_picker .o_today",
            run: "click",
        },
        {
            content: "another person",
            trigger: `.modal ${field("activity_user_id")} input`,
            run: "edit setup_manager",
        },
        {
            content: "pick that person",
            trigger: ".o-autocomplete--dropdown-item:contains(setup_manager)",
            run: "click",
        },
        {
            content: "leave a note",
            trigger: `.modal ${field("note")} .odoo-editor-editable`,
            run: "editor Взяти рулетку",
        },
        {
            content: "schedule it",
            trigger: ".modal button[name=action_schedule_activities]:contains(Розклад)",
            run: "click",
        },
        {
            content: "it is planned",
            trigger: ".o-mail-Activity:contains(Оглянути магазин):contains(Взяти рулетку)",
        },
    ],
});

// A5
tours.add("bjet_activity_menu", {
    steps: () => [
        {
            content: "open the activity menu",
            trigger: ".o_menu_systray i[aria-label='Дії']",
            run: "click",
        },
        {
            content: "today's activity is counted there",
            trigger: ".o-mail-ActivityMenu .o-mail-ActivityGroup[data-model_name='crm.lead']:contains(/1\\s*Сьогодні/)",
            run: "click",
        },
        {
            content: "and leads to the opportunity",
            trigger: ".o_kanban_record:contains(Магазин на розі), .o_data_row:contains(Магазин на розі)",
        },
    ],
});

// T1
tours.add("bjet_lead_tags", {
    steps: () => [
        ...openDirectory("bjet_crm_setup.menu_crm_tag", "Мітки потенційного клієнта"),
        {
            content: "create a tag",
            trigger: ".o_list_button_add:contains(Новий)",
            run: "click",
        },
        { content: "its name", trigger: `.o_selected_row ${field("name")} input`, run: "edit Агросектор" },
        ...saveRow(),
        { content: "it is there", trigger: `.o_data_row:has(td[name=name]:contains(/^Агросектор$/))` },
        {
            content: "a tag in use has its number of opportunities",
            trigger: `.o_data_row:has(td[name=name]:contains(/^Терміновий$/)) td[name=opportunity_count]:contains(/^2$/)`,
        },
        {
            content: "open it",
            trigger: `.o_data_row:has(td[name=name]:contains(/^Терміновий$/)) .o_list_record_open_form_view button`,
            run: "click",
        },
        {
            content: "open its opportunities",
            trigger: ".oe_stat_button[name=action_open_opportunities]:contains(Потенційні замовлення)",
            run: "click",
        },
        {
            content: "both are there",
            trigger: ".o_kanban_record:contains(Магазин на розі)",
        },
        { content: "back to the tag", trigger: ".o_back_button, .breadcrumb-item:last a", run: "click" },
        {
            content: "retire the tag",
            trigger: ".o_cp_action_menus button:has(.fa-cog)",
            run: "click",
        },
        { content: "archive it", trigger: ".o_menu_item:contains(/^Архів$/)", run: "click" },
        { content: "confirm", trigger: ".modal .btn-primary", run: "click" },
        { content: "it says so", trigger: ".ribbon:contains(Заархівовано)" },
    ],
});

tours.add("bjet_archived_tag", {
    steps: () => [
        {
            content: "the archived tag is still on the opportunity",
            trigger: `${field("tag_ids")} .o_tag:contains(Терміновий)`,
        },
        {
            content: "look for archived tags",
            trigger: `${field("tag_ids")} input`,
            run: "edit Давн",
        },
        {
            content: "the other archived one is not offered",
            trigger: ".o-autocomplete--dropdown-menu:not(:contains(/Давній/)):contains(Давн)",
        },
        {
            content: "look for one in use",
            trigger: `${field("tag_ids")} input`,
            run: "edit Оптов",
        },
        {
            content: "pick it",
            trigger: ".o-autocomplete--dropdown-item:contains(Оптовий)",
            run: "click",
        },
        ...stepUtils.saveForm(),
    ],
});

// T2
tours.add("bjet_filter_by_tag", {
    steps: () => [
        ...openPipeline(),
        openFilters,
        {
            content: "the filters are called so",
            trigger: ".o_filter_menu:contains(Фільтри)",
        },
        { content: "add a filter", trigger: ".o_add_custom_filter", run: "click" },
        {
            content: "choose the field",
            trigger: ".modal .o_model_field_selector",
            run: "click",
        },
        {
            content: "look for it",
            trigger: ".o_model_field_selector_popover_search input",
            run: "edit Мітки",
        },
        {
            content: "Мітки",
            trigger: ".o_model_field_selector_popover_item_name:contains(/^Мітки$/)",
            run: "click",
        },
        {
            content: "дорівнює",
            trigger: ".modal .o_tree_editor_editor select:has(option:contains(/^дорівнює$/))",
            run: 'select "in"',
        },
        {
            content: "the tag",
            trigger: ".modal .o_multi_record_selector input",
            run: "edit Терміновий",
        },
        {
            content: "pick it",
            trigger: ".o-autocomplete--dropdown-item:contains(Терміновий)",
            run: "click",
        },
        { content: "apply", trigger: ".modal footer .btn-primary", run: "click" },
        {
            content: "the search says so",
            trigger: ".o_searchview_facet:contains(Мітки = Терміновий)",
        },
        {
            content: "and the pipeline shows its opportunities only",
            trigger:
                ".o_opportunity_kanban:has(.o_kanban_record:contains(Магазин на розі)):not(:has(.o_kanban_record:contains(Булочна)))",
        },
    ],
});

tours.add("bjet_search_and_group_by_tag", {
    steps: () => [
        ...openPipeline(),
        {
            content: "look for a tag",
            trigger: ".o_searchview_input",
            run: "edit Терміновий",
        },
        {
            content: "in the field Мітки",
            trigger:
                ".o_searchview_autocomplete .o-dropdown-item:contains(Мітки), .o_searchview_autocomplete li:contains(Мітки)",
            run: "click",
        },
        {
            content: "found",
            trigger: ".o_searchview_facet:contains(Мітки):contains(Терміновий)",
        },
        openFilters,
        {
            content: "group by tags",
            trigger: ".o_group_by_menu .o_menu_item:contains(/^Мітки$/)",
            run: "click",
        },
        {
            content: "a column for the tag",
            trigger:
                ".o_kanban_group:has(.o_column_title:contains(Терміновий)):has(.o_kanban_record:contains(Магазин на розі))",
        },
    ],
});

// L1
tours.add("bjet_lost_reasons", {
    steps: () => [
        ...openDirectory("bjet_crm_setup.menu_crm_lost_reason", "Причини втрати"),
        ...[
            "Занадто дорого",
            "Немає людей або навичок",
            "Недостатньо на складі",
            "Обрали конкурента",
            "Немає бюджету",
        ].map((name, index) => ({
            content: `the default ${name}, in its place`,
            trigger: `.o_data_row:eq(${index}):has(td[name=name]:contains(/^${name}$/))`,
        })),
        {
            content: "create one",
            trigger: ".o_list_button_add:contains(Новий)",
            run: "click",
        },
        { content: "its name", trigger: `.o_selected_row ${field("name")} input`, run: "edit Довга доставка" },
        ...saveRow(),
        {
            content: "change one",
            trigger: `${row("Занадто дорого")} td[name=name]`,
            run: "click",
        },
        {
            content: "its new name",
            trigger: `.o_selected_row ${field("name")} input`,
            run: "edit Ціна зависока",
        },
        ...saveRow(),
        {
            content: "drag another one to the top",
            trigger: `${row("Обрали конкурента")} .o_row_handle`,
            run: "drag_and_drop(.o_data_row:first)",
        },
        {
            content: "it is the first now",
            trigger: ".o_data_row:first:has(td[name=name]:contains(/^Обрали конкурента$/))",
        },
    ],
});

// L2
tours.add("bjet_group_lost_by_reason", {
    steps: () => [
        ...openPipeline(),
        openFilters,
        {
            content: "choose Втрачено",
            trigger: ".o_filter_menu .o_menu_item:contains(/^Втрачено$/)",
            run: "click",
        },
        {
            content: "group by Причина втрати",
            trigger: ".o_group_by_menu:contains(Групувати за) .o_menu_item:contains(/^Причина втрати$/)",
            run: "click",
        },
        {
            content: "the lost ones stand under their reason",
            trigger: `.o_kanban_group:has(.o_column_title:contains(Занадто дорого)):has(.o_kanban_record:contains(Булочна))`,
        },
        {
            content: "and nothing else",
            trigger: ".o_opportunity_kanban:not(:has(.o_kanban_record:contains(Магазин на розі)))",
        },
    ],
});
