import { registry } from "@web/core/registry";
import { SaleProgressBarField, saleProgressBarField } from "@sale/js/sale_progressbar_field";

/** Odoo's progress bar of a sales team towards its target, with names for those who hear the screen. */
export class ChannelTargetField extends SaleProgressBarField {
    static template = "bjet_crm_setup.ChannelTargetField";

    get maxValueLabel() {
        return this.props.record.fields[this.maxValueField].string;
    }
}

registry.category("fields").add("channel_target", { ...saleProgressBarField, component: ChannelTargetField });
