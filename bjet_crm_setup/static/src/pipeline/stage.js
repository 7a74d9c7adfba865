import { user } from "@web/core/user";

const MANAGER_GROUP = "sales_team.group_sale_manager";

/** @returns {Promise<boolean>} whether the user manages the stages */
export function isManager() {
    return user.hasGroup(MANAGER_GROUP);
}

/**
 * @param {import("@web/model/relational_model/group").Group} group
 * @returns {boolean} whether the group is a stage of the pipeline: leads have stages too, and no pipeline; the forecast
 *   keeps Odoo's menu
 */
export function isPipelineStage({ groupByField, resModel, value, context }) {
    return (
        resModel === "crm.lead" &&
        groupByField.name === "stage_id" &&
        Boolean(value) &&
        context.default_type !== "lead" &&
        !context.forecast_field
    );
}

/**
 * @param {import("@web/model/relational_model/group").Group} group
 * @returns {boolean} whether the group is Undefined, which keeps what deleted stages leave behind
 */
export function isUndefinedStage({ groupByField, model, value }) {
    return groupByField.name === "stage_id" && Boolean(value) && value === model.undefinedStageId;
}

/** The kanban and the list take Enter and Space for their cards and rows, wherever in them these are pressed. */
export function keepForButton(ev) {
    if (["Enter", " "].includes(ev.key)) {
        ev.stopPropagation();
    }
}

/** Put the keyboard on a button that a change of the columns made: the button that had it is gone. */
async function focusRendered(selector) {
    // one frame to render the columns, and the next one to find it
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    const button = document.querySelector(selector);
    // the whole column, of which the button is but the end
    button?.closest(".o_kanban_group")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    button?.focus();
}

/** After a column was folded or unfolded. */
export function focusColumn(group) {
    const column = `.o_kanban_group[data-id="${group.id}"]`;
    return focusRendered(`${column} .o_stage_config button, ${column} .o_column_unfold`);
}

/** After a column, or row, was deleted. */
export function focusFirstStage() {
    return focusRendered(".o_stage_config button");
}
