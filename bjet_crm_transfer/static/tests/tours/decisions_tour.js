import { registry } from "@web/core/registry";
import { click, step } from "@bjet_crm_setup/../tests/tours/helpers";

/** On a telephone: what a set-up asks is answered on cards, of which nothing lies beside the screen. */

const card = (...texts) => `[name=decision_ids] .o_kanban_record${texts.map((text) => `:contains(${text})`).join("")}`;
const dialog = ".modal:last";

registry.category("web_tour.tours").add("bjet_crm_decisions_phone", {
    steps: () => [
        { content: "it asks", trigger: card("Ключовий"), timeout: 60000 },
        click("the file's value is taken", `${card("Ключовий", "Колір", "Взяти з файлу")} [name=take] input`),
        step("nothing lies beside the screen", "[name=decision_ids]", () => {
            for (const element of document.querySelectorAll("[name=decision_ids], [name=decision_ids] *")) {
                if (element.getBoundingClientRect().right > document.documentElement.clientWidth) {
                    throw new Error(`Out of the screen: ${element.outerHTML}`);
                }
            }
        }),
        click("the stage that goes is opened", card("Пропозиція", "Невизначено")),
        click("its records go elsewhere", `${dialog} [name=destination_id] input`),
        step(
            "a stage that goes, too, is not offered",
            `${dialog}:has(.o_kanban_record:contains(Підтверджено)):not(:has(.o_kanban_record:contains(Новий)))`
        ),
        click("they go to this one", `${dialog} .o_kanban_record:contains(Підтверджено)`),
        click("that is kept", `${dialog} .o_form_button_save`),
        step("the card says so", card("Пропозиція", "Підтверджено")),
        click("save", ".o_form_button_save"),
        step("it is saved", ".o_form_saved"),
    ],
});
