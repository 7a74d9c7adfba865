import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { field, openApp, openMenu, select } from "@bjet_crm_setup/../tests/tours/helpers";

const tours = registry.category("web_tour.tours");

// not the salesperson who sees all documents
const SELLER = "/setup_salesperson\\W/";

const card = (name) => `.o_channel_dashboard .o_kanban_record:contains("${name}")`;

const openChannels = () => [...openApp(), ...openMenu("Налаштування", "Канали продажу", "crm.crm_team_config")];
const openDashboards = () => [
    ...openApp(),
    ...openMenu("Звітування", "Канали продажу", "bjet_crm_setup.menu_crm_team_dashboard"),
];

function clickGraph() {
    return ({ anchor }) => {
        const { left, top, width, height } = anchor.getBoundingClientRect();
        const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true };
        anchor.dispatchEvent(new MouseEvent("mousemove", at));
        anchor.dispatchEvent(new MouseEvent("click", at));
    };
}

tours.add("bjet_channel_create", {
    url: "/odoo",
    steps: () => [
        ...openChannels(),
        {
            content: "make a channel",
            trigger: ".o_control_panel:contains(Канали продажу) .o_list_button_add",
            run: "click",
        },
        {
            content: "the field is called Канал продажу; write its name",
            trigger: `.oe_title:has(label:contains(Канал продажу)) ${field("name")} .o_input`,
            run: "edit Соціальні мережі",
        },
        {
            content: "the three switches are ticked",
            trigger: [
                ["quotations", "Комерційні пропозиції"],
                ["opportunities", "Лійка продажів"],
                ["leads", "Потенційні клієнти"],
            ]
                .map(([name, label]) => `:has(span[name=${name}]:contains(${label}) input:checked)`)
                .join("")
                .replace(/^/, "div[name=options_active]"),
        },
        {
            content: "the form says that the Leads feature is off; no button for who is not an administrator",
            trigger: "div[name=leads_off]:contains(адміністратор):not(:has(button))",
        },
        {
            content: "choose the leader",
            trigger: `.o_inner_group:has(label:contains(Лідер каналу)) ${field("user_id")} input`,
            run: "edit setup_salesperson",
        },
        {
            content: "the leader is found",
            trigger: `.o-autocomplete--dropdown-item:contains(${SELLER})`,
            run: "click",
        },
        {
            content: "the company is filled in",
            trigger: `.o_inner_group:has(label:contains(Компанія)) ${field("company_id")} input:value(/./)`,
        },
        {
            content: "add members",
            trigger: `.o_notebook:has(.nav-link.active:contains(Члени команди)) ${field("member_ids")} .o-kanban-button-new`,
            run: "click",
        },
        {
            content: "pick a person in the pop-up",
            trigger: `.modal .o_data_row:contains(${SELLER}) .o_list_record_selector input`,
            run: "click",
        },
        {
            content: "choose them",
            trigger: ".modal .o_select_button:enabled",
            run: "click",
        },
        {
            content: "the member is there",
            trigger: `${field("member_ids")} .o_kanban_record:contains(${SELLER})`,
        },
        {
            content: "open the tab Інформаційна панель",
            trigger: ".o_notebook .nav-link:contains(Інформаційна панель)",
            run: "click",
        },
        {
            content: "set the target",
            trigger: `.o_inner_group:has(label:contains(Ціль для виставлення рахунків)) ${field("invoiced_target")} input`,
            run: "edit 5000",
        },
        {
            content: "the content is the pipeline: its detail is Очікуваний для закриття",
            trigger: `.o_inner_group:has(label:contains(Вміст)):has(label:contains(Очікуваний для закриття)):not(:has(label:contains(Шкала))) ${field("dashboard_graph_model")} input:value(Конвеєр)`,
        },
        ...select(field("dashboard_graph_period_pipeline"), "Протягом року"),
        ...select(field("dashboard_graph_group_pipeline"), "Стадія"),
        {
            content: "the preview follows",
            trigger: `${field("channel_graph_data")} canvas`,
        },
        ...select(field("dashboard_graph_model"), "Видаткові накладні"),
        {
            content: "the detail is Шкала now",
            trigger: ".o_inner_group:has(label:contains(Шкала)):not(:has(label:contains(Очікуваний для закриття)))",
        },
        ...select(field("dashboard_graph_model"), "Продаж"),
        ...select(field("dashboard_graph_period"), "Останній рік"),
        ...select(field("dashboard_graph_group"), "Місяць"),
        ...stepUtils.saveForm(),
    ],
});

tours.add("bjet_channel_dashboard", {
    url: "/odoo",
    steps: () => [
        ...openDashboards(),
        {
            content: "the card offers what the switches allow",
            trigger: `${card("Вебсайт")}:contains(Нова комерційна пропозиція):contains(Потенційні замовлення):contains(Непризначені потенційні клієнти):contains(Замовлення, що очікують рахунку)`,
        },
        {
            content: "a channel without switches offers its orders",
            trigger: `${card("Каса")}:contains(Замовлення, що очікують рахунку):not(:contains(пропозиці)):not(:contains(Лійка)):not(:contains(Непризначені))`,
        },
        {
            content: "set the target on the card",
            trigger: `${card("Вебсайт")} ${field("dashboard_invoiced")} input`,
            run: "edit 9000 && press Tab",
        },
        {
            content: "the target is kept",
            trigger: `${card("Вебсайт")} ${field("dashboard_invoiced")} input:value(/^9/)`,
        },
        {
            content: "mark the channel",
            trigger: `${card("Вебсайт")} .o_channel_favorite .fa-star-o`,
            run: "click",
        },
        {
            content: "it is marked",
            trigger: `${card("Вебсайт")} .o_channel_favorite .fa-star`,
        },
        {
            content: "click on the only bar of the graph",
            trigger: `${card("Вебсайт")} ${field("channel_graph_data")} canvas`,
            run: clickGraph(),
        },
        {
            content: "the opportunities behind it are listed, and no others",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Інша угода))) .o_data_row:contains(Угода сайту)",
        },
        {
            content: "their sum is the figure of the graph",
            trigger: ".o_list_footer:contains(/1[\\s.,]?250/)",
        },
        {
            content: "go back",
            trigger: ".o_breadcrumb a:contains(Канали продажу)",
            run: "click",
        },
        {
            content: "open the opportunities",
            trigger: `${card("Вебсайт")} .o_channel_counters a:contains(Потенційні замовлення):first`,
            run: "click",
        },
        {
            content: "the channel's pipeline is shown",
            trigger: ".o_kanban_view .o_kanban_record:contains(Угода сайту)",
        },
    ],
});

tours.add("bjet_channel_leads", {
    url: "/odoo",
    steps: () => [
        ...openChannels(),
        {
            content: "open a channel",
            trigger: ".o_data_row .o_data_cell[name=name]:contains(Вебсайт)",
            run: "click",
        },
        {
            content: "turn the Leads feature on",
            trigger: "div[name=leads_off]:contains(одразу стають) button:contains(Увімкнути)",
            run: "click",
        },
        {
            content: "confirm",
            trigger: ".modal-footer .btn-primary:contains(Увімкнути)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the menu has leads",
            trigger: ".o_menu_sections [data-menu-xmlid='crm.crm_menu_leads']",
            timeout: 30000,
        },
        {
            content: "the form has nothing to say of it any more",
            trigger: "body:not(:has(div[name=leads_off])) .o_form_view span[name=leads] input:checked",
            timeout: 30000,
        },
    ],
});

// A new document of a member: its channel, in the tab where the document shows it
const openTab = (tab) => ({
    content: `open the tab ${tab} of a new document`,
    trigger: `.o_form_view .nav-link:contains(${tab})`,
    run: "click",
});
const holdsChannel = () => ({
    content: "the field Канал продажу holds the member's channel",
    trigger: `.o_form_view:has(label[for^=team_id]:contains(Канал продажу)) ${field("team_id")} input:value(Вебсайт)`,
});

for (const document of ["lead", "opportunity"]) {
    tours.add(`bjet_channel_of_${document}`, { steps: () => [holdsChannel()] });
}
for (const document of ["order", "invoice"]) {
    tours.add(`bjet_channel_of_${document}`, { steps: () => [openTab("Інша інформація"), holdsChannel()] });
}
