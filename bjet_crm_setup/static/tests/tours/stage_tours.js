import { registry } from "@web/core/registry";
import { BATCH } from "@bjet_crm_setup/stage_run/stage_run";
import {
    card,
    chooseFromColumnMenu,
    click,
    column,
    confirmRun,
    field,
    having,
    label,
    lacking,
    menuEntry,
    openApp,
    openColumnMenu,
    step,
    waitForRunEnd,
} from "@bjet_crm_setup/../tests/tours/helpers";

const tours = registry.category("web_tour.tours");

const question = (count) => `.o_stage_run_question:contains(: ${count})`;
const scope = (count) => `.o_stage_run_scope label:contains(: ${count})`;
const entry = (name) => `.o-dropdown-item:contains(${name})`;

/** Of the pipeline's column Холодні; a run of many batches can be caught in the middle. */
function archiveOneByOne() {
    return [
        ...openApp(),
        {
            content: "ask for one record in a batch",
            trigger: "body",
            run: () => {
                BATCH.size = 1;
            },
        },
        ...chooseFromColumnMenu("Холодні", "Архівувати записи"),
    ];
}

tours.add("bjet_stage_create", {
    steps: () => [
        ...openApp(),
        {
            content: "add a column",
            trigger: ".o_column_quick_create.o_quick_create_folded div",
            run: "click",
        },
        {
            content: "give it a title",
            trigger: ".o_column_quick_create input",
            run: "edit Перемовини",
        },
        {
            content: "add it",
            trigger: ".o_column_quick_create .o_kanban_add",
            run: "click",
        },
        {
            content: "drag it before the first column",
            trigger: `${column("Перемовини")} .o_column_title`,
            run: `drag_and_drop(${column("Холодні")})`,
        },
        {
            content: "it stands in its place",
            trigger: ".o_kanban_group:first:has(.o_column_title:contains(Перемовини))",
        },
    ],
});

tours.add("bjet_stage_edit", {
    steps: () => [
        ...openApp(),
        ...chooseFromColumnMenu("Холодні", "Редагувати стадію"),
        {
            content: "the guide's words, in its order; the probability stands there, and is given to nobody yet",
            trigger: ".modal [name=probability_off]:contains(поки що не отримують)",
            run: ({ anchor }) => {
                const labels = [...anchor.closest(".modal").querySelectorAll(".o_form_label")];
                const words = labels.map(({ textContent }) => textContent.replace(/\?$/, "").trim());
                const wanted = [
                    "Назва стадії",
                    "Команда",
                    "Ймовірність (%)",
                    "Згорнути у Лійці продажів",
                    "Змінювати ймовірність автоматично",
                ];
                if (wanted.some((word, index) => words[index] !== word)) {
                    throw new Error(`the form asks for ${words.join(", ")}`);
                }
            },
        },
        {
            content: "rename the stage",
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit Теплі",
        },
        {
            content: "let it set the probability",
            trigger: ".modal .o_field_widget[name=on_change] input",
            run: "click",
        },
        {
            content: "the probability is given then",
            trigger: `.modal${having(label("Ймовірність (%)"))}${lacking("[name=probability_off]")} .o_field_widget[name=probability] input`,
            run: "edit 25",
        },
        {
            content: "pick a team",
            trigger: ".modal .o_field_widget[name=team_ids] input",
            run: "edit Гарячі",
        },
        {
            content: "the team",
            trigger: ".o-autocomplete--dropdown-item:contains(Гарячі голови)",
            run: "click",
        },
        {
            content: "save",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "the column has its new name",
            trigger: `body:not(:has(.modal)) ${column("Теплі")}`,
        },
        ...chooseFromColumnMenu("Теплі", "Редагувати стадію"),
        {
            content: "apply the probability to those already there",
            trigger: ".modal .o_stage_apply:contains(Застосувати до потенційних замовлень: 43)",
            run: "click",
        },
        ...confirmRun(),
        {
            content: "none is left to apply it to",
            trigger: ".modal .o_stage_actions:not(:has(.o_stage_apply))",
        },
        {
            content: "discard",
            trigger: ".modal .o_form_button_cancel",
            run: "click",
        },
        {
            content: "drag a card of another column to the stage",
            trigger: `body:not(:has(.modal)) .o_kanban_record:contains(Перетягнути)`,
            run: `drag_and_drop(${column("Теплі")})`,
        },
        {
            content: "it is there, and saved",
            trigger: `${column("Теплі")} .o_kanban_record:contains(Перетягнути)`,
        },
    ],
});

tours.add("bjet_stage_fold", {
    steps: () => [
        ...openApp(),
        ...chooseFromColumnMenu("Холодні", "Згорнути"),
        {
            content: "the column is folded",
            trigger: `.o_column_folded:has(.o_column_title:contains(Холодні))`,
        },
    ],
});

tours.add("bjet_stage_unfold", {
    steps: () => [
        ...openApp(),
        {
            content: "unfold the column",
            trigger: `.o_column_folded:has(.o_column_title:contains(Холодні))`,
            run: "click",
        },
        {
            content: "the column is unfolded",
            trigger: `${column("Холодні")}:not(.o_column_folded) .o_kanban_record`,
        },
    ],
});

tours.add("bjet_stage_delete", {
    steps: () => [
        ...openApp(),
        ...chooseFromColumnMenu("Холодні", "Видалити"),
        {
            content: "the dialog names the stage and the number, archived and lost ones and those of others too",
            trigger: `.o_stage_run${having(question(46), ".o_stage_run_question:contains(Холодні)")}`,
        },
        {
            content: "Undefined is where they go",
            trigger: ".o_stage_run .o_stage_run_destination:has(option:checked:contains(Невизначено))",
        },
        ...confirmRun(),
        ...waitForRunEnd(),
        {
            content: "the column is gone, and its opportunities are in Undefined, which comes first",
            trigger: `.o_kanban_renderer${lacking(
                column("Холодні")
            )} .o_kanban_group:first:has(.o_column_title:contains(Невизначено)) .o_kanban_record`,
        },
        ...openColumnMenu("Невизначено"),
        {
            content: "Undefined is not deleted while it holds records",
            trigger: `.o-dropdown--group-config-menu${lacking(entry("Видалити"))}`,
        },
    ],
});

tours.add("bjet_stage_delete_to_picked", {
    steps: () => [
        ...openApp(),
        ...chooseFromColumnMenu("Холодні", "Видалити"),
        {
            content: "pick another stage",
            trigger: ".o_stage_run .o_stage_run_destination",
            run: "selectByLabel Гарячі",
        },
        ...confirmRun(),
        ...waitForRunEnd(),
        {
            trigger: `.o_kanban_renderer:not(:has(${column("Холодні")})) ${column("Гарячі")} .o_kanban_record`,
        },
    ],
});

tours.add("bjet_stage_archive", {
    steps: () => [
        ...archiveOneByOne(),
        {
            content: "the column shows mine; the stage holds more",
            trigger: `.o_stage_run${having(question(40), scope(40), scope(43))}`,
        },
        ...confirmRun(),
        {
            content: "stop; the keyboard is there already",
            trigger: ".o_stage_run:has(.progress) .o_stage_run_stop:focus",
            run: "click",
        },
        {
            content: "what is done stays done, and the column has the rest",
            trigger: ".o_stage_run .o_stage_run_end:contains(Зупинено)",
            run: () => {
                const [done] = document.querySelector(".o_stage_run_count").textContent.match(/\d+/);
                const shown = document.querySelectorAll(".o_kanban_group .o_kanban_record:not(.o_kanban_ghost)").length;
                if (done === "0" || Number(done) + shown !== 40) {
                    throw new Error(`${done} archived, ${shown} shown`);
                }
                const bar = document.querySelector(".o_stage_run .progress-bar");
                const filled = Math.round((100 * bar.clientWidth) / bar.parentElement.clientWidth);
                if (Math.abs(filled - (100 * done) / 40) > 1) {
                    throw new Error(`${done} of 40 archived, and the bar is filled to ${filled} %`);
                }
            },
        },
        {
            content: "go on",
            trigger: ".o_stage_run .o_stage_run_continue",
            run: "click",
        },
        ...waitForRunEnd(),
        {
            content: "the column is empty, its counter too",
            trigger: `${column("Холодні")}.o_kanban_no_records${lacking(".o_kanban_record", ".o_column_progress .progress-bar")}`,
        },
    ],
});

tours.add("bjet_stage_archive_interrupted", {
    steps: () => [
        ...openApp(),
        ...chooseFromColumnMenu("Холодні", "Архівувати записи"),
        {
            content: "ask for what the server refuses",
            trigger: ".o_stage_run",
            run: () => {
                BATCH.size = 0;
            },
        },
        ...confirmRun(),
        {
            content: "the server's sentence is shown, and nothing is lost",
            trigger: `.o_stage_run${having(
                ".o_stage_run_error:contains(Кількість записів)",
                ".o_stage_run_count:contains(0 з 40)",
                ".o_stage_run_end:contains(Перервано)"
            )}`,
            run: () => {
                BATCH.size = 30;
            },
        },
        {
            content: "go on",
            trigger: ".o_stage_run .o_stage_run_continue",
            run: "click",
        },
        ...waitForRunEnd(),
        {
            trigger: `${column("Холодні")}.o_kanban_no_records`,
        },
    ],
});

tours.add("bjet_stage_restore", {
    steps: () => [
        ...openApp(),
        ...chooseFromColumnMenu("Холодні", "Відновити записи"),
        {
            content: "the archived ones, and unticked the lost one",
            trigger: `.o_stage_run${having(
                question(2),
                ".o_stage_run_lost:contains(Також відновити втрачені потенційні замовлення: 1)"
            )}${lacking(".o_stage_run_lost input:checked")}`,
        },
        {
            content: "bring the lost one along",
            trigger: ".o_stage_run .o_stage_run_lost input",
            run: "click",
        },
        {
            content: "the price is told",
            trigger: `.o_stage_run:contains(Причини їх втрати буде стерто)${having(question(3))}`,
        },
        {
            content: "leave it",
            trigger: ".o_stage_run .o_stage_run_lost input",
            run: "click",
        },
        ...confirmRun(),
        ...waitForRunEnd(),
        {
            content: "the archived ones are back",
            trigger: `${column("Холодні")}:has(.o_kanban_record:contains(Архівне 0)) .o_kanban_record:contains(Архівне 1)`,
        },
    ],
});

tours.add("bjet_stage_restore_hidden", {
    steps: () => [
        ...openApp(),
        ...chooseFromColumnMenu("Гарячі", "Відновити записи"),
        {
            content: "the filter hides all that there is to restore, and the whole stage is offered",
            trigger: `.o_stage_run${having(
                ".o_stage_run_question:contains(За поточним фільтром на стадії «Гарячі» немає заархівованих)"
            )}${lacking(".o_stage_run_lost", ".o_stage_run_confirm")} .o_stage_run_scope input[value=whole]`,
            run: "click",
        },
        {
            content: "its lost one can be asked for",
            trigger: ".o_stage_run .o_stage_run_lost:contains(: 1) input",
            run: "click",
        },
        ...confirmRun(),
        ...waitForRunEnd(),
    ],
});

tours.add("bjet_stage_leave", {
    steps: () => [
        step("there is a screen to go back to", ".o_action_manager .o_control_panel"),
        ...archiveOneByOne(),
        ...confirmRun(),
        {
            content: "leave while it runs",
            trigger: ".o_stage_run:has(.progress) .o_stage_run_stop",
            run: () => history.back(),
        },
        {
            content: "the run has stopped, and nothing complains",
            trigger: "body:not(:has(.o_opportunity_kanban)):not(:has(.o_stage_run))",
            run: () => new Promise((resolve) => setTimeout(resolve, 2000)),
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});

tours.add("bjet_stage_edit_expand", {
    steps: () => [
        ...openApp(),
        ...chooseFromColumnMenu("Холодні", "Редагувати стадію"),
        {
            content: "on a screen of its own",
            trigger: ".modal .o_expand_button",
            run: "click",
        },
        {
            content: "the dialog is gone",
            trigger: `body:not(.modal-open)${lacking(".modal", ".o_opportunity_kanban")} .o_form_view .o_field_widget[name=on_change]`,
        },
    ],
});

tours.add("bjet_stage_menu_of_salesperson", {
    steps: () => [
        ...openApp(),
        ...openColumnMenu("Холодні"),
        {
            content: "Fold, Archive and Restore, and nothing else",
            trigger: `.o-dropdown--group-config-menu${having(entry("Згорнути"), entry("Відновити записи"))}${lacking(
                entry("Редагувати"),
                entry("Видалити")
            )}`,
        },
        {
            content: "archive",
            trigger: menuEntry("Архівувати записи"),
            run: "click",
        },
        {
            content: "only what the salesperson may write",
            trigger: `.o_stage_run${having(question(3))}${lacking(".o_stage_run_scope")}`,
        },
        ...confirmRun(),
        ...waitForRunEnd(),
        {
            trigger: `${column("Холодні")}.o_kanban_no_records`,
        },
        ...chooseFromColumnMenu("Холодні", "Згорнути"),
        {
            trigger: `.o_column_folded:has(.o_column_title:contains(Холодні))`,
        },
    ],
});

tours.add("bjet_stage_list", {
    steps: () => [
        ...openApp(),
        {
            content: "the list",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            trigger: ".o_list_renderer",
        },
        {
            content: "group",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: "by stage",
            trigger: ".o_group_by_menu .o_menu_item:contains(Стадія)",
            run: "click",
        },
        {
            content: "open the menu of the row",
            trigger: ".o_group_header:contains(Холодні)",
            run: ({ anchor }) => anchor.querySelector(".o_group_config button").click(),
        },
        {
            content: "the same entries, without Fold",
            trigger: `.o-dropdown--group-config-menu${having(
                entry("Редагувати стадію"),
                entry("Відновити записи"),
                entry("Видалити")
            )}${lacking(entry("Згорнути"))}`,
        },
        {
            content: "archive",
            trigger: menuEntry("Архівувати записи"),
            run: "click",
        },
        ...confirmRun(),
        ...waitForRunEnd(),
        {
            content: "the row is gone, or empty",
            trigger: ".o_list_renderer:not(:has(.o_group_header:contains(Холодні (40))))",
        },
    ],
});

tours.add("bjet_stage_phone", {
    steps: () => [
        {
            trigger: ".o_opportunity_kanban .o_kanban_group",
            timeout: 60000,
        },
        ...chooseFromColumnMenu("Холодні", "Архівувати записи"),
        {
            content: "the dialog fills the screen and nothing sticks out",
            trigger: ".o_stage_run .o_stage_run_confirm:visible",
            run: ({ anchor }) => {
                const { scrollWidth, clientWidth } = anchor.closest(".modal");
                if (scrollWidth > clientWidth) {
                    throw new Error(`the dialog is ${scrollWidth} wide on a screen of ${clientWidth}`);
                }
            },
        },
        ...confirmRun(),
        ...waitForRunEnd(),
        {
            trigger: `${column("Холодні")}.o_kanban_no_records`,
        },
    ],
});

tours.add("bjet_opportunity_probability", {
    steps: () => [
        ...openApp(),
        {
            content: "open an opportunity",
            trigger: `${column("Холодні")} .o_kanban_record:contains(Власне 39)`,
            run: "click",
        },
        {
            content: "its stage gave it its probability",
            trigger: ".o_form_view .o_probability_source:contains(За стадією)",
        },
        {
            content: "set another by hand",
            trigger: ".o_form_view .o_field_widget[name=probability] input",
            run: "edit 40 && press Tab",
        },
        {
            content: "the form says so",
            trigger: ".o_form_view .o_probability_source:contains(Вручну)",
        },
        {
            content: "back to the stage's",
            trigger: ".o_form_view [name=action_apply_stage_probability]:has([title='Повернути ймовірність стадії'])",
            run: "click",
        },
        {
            content: "it is back, and so is the word",
            trigger: ".o_form_view .o_probability_source:contains(За стадією)",
        },
        {
            trigger: `.o_form_view${lacking("[name=action_apply_stage_probability]")} .o_field_widget[name=probability] input:value(25)`,
        },
    ],
});

// ------------------------------------------------------------
// Nothing to do, and other numbers
// ------------------------------------------------------------

const sentence = (text) => `.o_stage_run_question:contains(${text})`;
const closeDialog = () => [
    step("close it", ".o_stage_run .o_stage_run_cancel:contains(/^(Закрити|Скасувати)$/)", "click"),
    step("it is closed", "body:not(:has(.o_stage_run))"),
];

tours.add("bjet_stage_nothing_to_archive", {
    steps: () => [
        ...openApp(),
        ...chooseFromColumnMenu("Порожня", "Архівувати записи"),
        step(
            "it says so, and offers nothing",
            `.o_stage_run${having(sentence("На стадії «Порожня» немає"))}${lacking(
                ".o_stage_run_scope",
                ".o_stage_run_confirm",
                "p:contains(зникнуть)"
            )}`
        ),
        ...closeDialog(),
        ...chooseFromColumnMenu("Порожня", "Відновити записи"),
        step(
            "nothing to restore",
            `.o_stage_run${having(sentence("немає заархівованих"))}${lacking(".o_stage_run_confirm")}`
        ),
        ...closeDialog(),
        ...chooseFromColumnMenu("Гарячі", "Архівувати записи"),
        step(
            "the filter hides all that there is, and the whole stage is offered",
            `.o_stage_run${having(sentence("За поточним фільтром на стадії «Гарячі» немає"), scope(0), scope(3))}${lacking(
                ".o_stage_run_confirm"
            )} .o_stage_run_scope input[value=whole]`,
            "click"
        ),
        step("now there is something to do", `.o_stage_run${having(question(3), "p:contains(зникнуть)")}`),
        ...confirmRun(),
        ...waitForRunEnd(),
        ...chooseFromColumnMenu("Порожня", "Видалити"),
        step("an empty stage", `.o_stage_run${having(sentence("порожня. Її буде видалено"))}${lacking("select")}`),
        ...confirmRun(),
        ...waitForRunEnd(),
        step("is gone", `.o_kanban_renderer${lacking(column("Порожня"))}`),
    ],
});

tours.add("bjet_stage_numbers", {
    steps: () => [
        ...openApp(),
        ...[1, 2, 5, 21].flatMap((count) => [
            ...chooseFromColumnMenu(`Стадія ${count}`, "Архівувати записи"),
            step(
                `archive ${count}`,
                sentence(`/^Потенційні замовлення стадії «Стадія ${count}», які буде заархівовано: ${count}$/`)
            ),
            ...closeDialog(),
            ...chooseFromColumnMenu(`Стадія ${count}`, "Відновити записи"),
            step(
                `restore ${count}`,
                sentence(`/^Потенційні замовлення стадії «Стадія ${count}», які буде відновлено: ${count}$/`)
            ),
            ...closeDialog(),
            ...chooseFromColumnMenu(`Стадія ${count}`, "Видалити"),
            step(`delete ${count}`, sentence(`/^Записів на стадії «Стадія ${count}»: ${2 * count}$/`)),
            ...closeDialog(),
        ]),
    ],
});

// ------------------------------------------------------------
// By keyboard
// ------------------------------------------------------------

const focusedCog = (name) => `${column(name)} .o_group_config button:focus`;

tours.add("bjet_stage_keyboard", {
    steps: () => [
        ...openApp(),
        step("the search field has a condition", ".o_searchview .o_searchview_facet"),
        step("and the keyboard", ".o_searchview_input:focus", "press Tab"),
        step("which goes on from there", ".o_searchview_dropdown_toggler:focus"),
        step("before the button + of the column", `${column("Холодні")} .o_kanban_quick_add`, ({ anchor }) =>
            anchor.focus()
        ),
        step("stands its menu", "body", "press Shift+Tab"),
        step(
            "which has a name of its own",
            `${focusedCog("Холодні")}[aria-label='Меню стадії «Холодні»']`,
            "press Enter"
        ),
        step("Enter opens it", menuEntry("Архівувати записи")),
        step("Escape closes it", "body", "press Escape"),
        step(
            "and the keyboard is back",
            `body:not(:has(.o-dropdown--group-config-menu)) ${focusedCog("Холодні")}`,
            "press Enter"
        ),
        ...["Згорнути", "Редагувати стадію", "Архівувати записи"].flatMap((name) => [
            step("down", menuEntry(name), "press ArrowDown"),
            step(name, `${menuEntry(name)}:focus`),
        ]),
        step("one record in a batch", "body", () => {
            BATCH.size = 1;
        }),
        step("archive", "body", "press Enter"),
        step("confirm", ".o_stage_run .o_stage_run_confirm", ({ anchor }) => anchor.focus()),
        step("by Enter", ".o_stage_run .o_stage_run_confirm:focus", "press Enter"),
        step("it runs", ".o_stage_run:has(.progress) .o_stage_run_stop:focus"),
        step("Escape stops it", "body", "press Escape"),
        step(
            "the dialog is there, with the keyboard on Continue",
            ".o_stage_run:contains(Зупинено) .o_stage_run_continue:focus",
            () => {
                BATCH.size = 500;
            }
        ),
        step("go on", ".o_stage_run .o_stage_run_continue:focus", "press Enter"),
        ...waitForRunEnd(),
        step("the keyboard is in the column", focusedCog("Холодні")),
        ...chooseFromColumnMenu("Холодні", "Відновити записи"),
        step("Escape closes a dialog that does not run", ".o_stage_run", "press Escape"),
        ...waitForRunEnd(),
        step("the keyboard is in the column", focusedCog("Холодні"), "press Enter"),
        click("fold it", menuEntry("Згорнути")),
        step("the keyboard is on what unfolds it", ".o_column_folded .o_column_unfold:focus", "press Enter"),
        step("unfolded", focusedCog("Холодні"), "press Enter"),
        click("delete it", menuEntry("Видалити")),
        ...confirmRun(),
        ...waitForRunEnd(),
        step("the keyboard is in the first column", `body${lacking(column("Холодні"))} ${focusedCog("Гарячі")}`),
        step("what adds a column", ".o_quick_create_button", ({ anchor }) => anchor.focus()),
        step("is pressed by Enter", ".o_quick_create_button:focus", "press Enter"),
        step("it asks for a title", ".o_column_quick_create input:focus", "edit З клавіатури"),
        step("Enter makes it", ".o_column_quick_create input:focus", "press Enter"),
        step("it is there", column("З клавіатури")),
    ],
});

// ------------------------------------------------------------
// Undefined, and the sample data
// ------------------------------------------------------------

const quickCreate = ".o_kanban_quick_create";

tours.add("bjet_stage_new_not_in_undefined", {
    steps: () => [
        ...openApp(),
        step(
            "Undefined comes first, and has no button +",
            `.o_kanban_group:first:has(.o_column_title:contains(Невизначено))${lacking(".o_kanban_quick_add")}`
        ),
        click("New", ".o-kanban-button-new"),
        step(
            "opens in the first real stage",
            `${column("Холодні")} ${quickCreate} ${field("name")} input`,
            "edit Нове"
        ),
        click("add it", `${quickCreate} .o_kanban_add`),
        step("it is there", `${column("Холодні")} ${card("Нове")}`),
        click("no other", `${quickCreate} .o_kanban_cancel`),
        ...chooseFromColumnMenu("Холодні", "Згорнути"),
        click("New again", `body:has(.o_column_folded) .o-kanban-button-new`),
        step(
            "opens in the first that is not folded",
            `${column("Гарячі")} ${quickCreate} ${field("name")} input`,
            "edit Друге"
        ),
        click("add it", `${quickCreate} .o_kanban_add`),
        step("it is there", `${column("Гарячі")} ${card("Друге")}`),
    ],
});

tours.add("bjet_stage_sample_fold", {
    steps: () => [
        ...openApp(),
        step("an empty pipeline shows sample data", ".o_opportunity_kanban .o_view_sample_data"),
        ...chooseFromColumnMenu("Холодні", "Згорнути"),
        step("the column is folded", `.o_column_folded:has(.o_column_title:contains(Холодні))`),
    ],
});
