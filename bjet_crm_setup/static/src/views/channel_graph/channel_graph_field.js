import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor, hexToRGBA } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import {
    JournalDashboardGraphField,
    journalDashboardGraphField,
} from "@web/views/fields/journal_dashboard_graph/journal_dashboard_graph_field";
import { onWillRender } from "@odoo/owl";

const LABEL_LENGTH = 12;

/**
 * Odoo's dashboard graph for a sales channel: it follows the record that it shows (type and figures change while the
 * channel's Dashboard tab is filled in), writes amounts as money, and a click opens the records behind a point or bar.
 */
export class ChannelGraphField extends JournalDashboardGraphField {
    static template = "bjet_crm_setup.ChannelGraphField";
    static props = {
        ...JournalDashboardGraphField.props,
        graphType: { type: String, optional: true },
        preview: { type: Boolean, optional: true },
    };

    setup() {
        super.setup();
        this.actionService = useService("action");
        this.orm = useService("orm");
        onWillRender(() => {
            this.data = JSON.parse(this.props.record.data[this.props.name]);
        });
    }

    get graph() {
        return this.data[0];
    }

    get isLine() {
        return this.props.record.data.channel_graph_type === "line";
    }

    get isClickable() {
        return !this.graph.is_sample_data && !this.props.preview;
    }

    /** What the graph shows, for those who do not see it. */
    get description() {
        if (this.graph.is_sample_data) {
            return _t("No data yet");
        }
        const values = this.graph.values
            .filter((point) => this.amountOf(point))
            .map((point) => `${point.x ?? point.label}: ${this.format(this.amountOf(point))}`);
        return [this.graph.key, ...values].join("\n");
    }

    /** A line is drawn from edge to edge, so that the names of its ends are written below it. */
    get ends() {
        const { values, is_sample_data } = this.graph;
        return this.isLine && !is_sample_data ? [values[0].x, values.at(-1).x] : [];
    }

    amountOf(point) {
        return point.y ?? point.value;
    }

    format(amount) {
        return formatMonetary(amount, { currencyId: this.graph.currency_id });
    }

    renderChart() {
        this.chart?.destroy();
        const config = this.isLine ? this.getLineChartConfig() : this.getBarChartConfig();
        this.chart = new Chart(this.canvasRef.el, this.adapt(config));
    }

    adapt(config) {
        const scheme = cookie.get("color_scheme");
        const { options } = config;
        const isSample = this.graph.is_sample_data;
        options.animation = false;
        options.plugins.tooltip.callbacks = {
            label: (item) => `${item.dataset.label}: ${this.format(item.parsed.y)}`,
        };
        options.interaction = { mode: "index", intersect: false };
        options.scales.y.beginAtZero = true;
        options.scales.x = {
            display: !isSample && !this.isLine,
            grid: { display: false },
            border: { color: getCustomColor(scheme, "#d8dadd", "#3C3E4B") },
            ticks: {
                color: getCustomColor(scheme, "#6c757d", "#adb5bd"),
                autoSkip: true,
                maxRotation: 0,
                maxTicksLimit: 6,
                font: { size: 11 },
                callback: (_value, index) => this.shorten(config.data.labels[index]),
            },
        };
        if (this.isLine) {
            Object.assign(config.data.datasets[0], { pointRadius: 0, pointHitRadius: 8, pointHoverRadius: 4 });
        } else if (!isSample) {
            const color = getColor(3, scheme, "odoo");
            Object.assign(config.data.datasets[0], {
                backgroundColor: hexToRGBA(color, 0.6),
                hoverBackgroundColor: color,
                maxBarThickness: 64,
            });
        }
        if (this.isClickable) {
            options.onClick = (ev, elements) => elements.length && this.openRecords(elements[0].index);
            options.onHover = (ev, elements) => {
                ev.native.target.style.cursor = elements.length ? "pointer" : "";
            };
        }
        return config;
    }

    shorten(label) {
        return label.length > LABEL_LENGTH ? `${label.slice(0, LABEL_LENGTH - 1)}…` : label;
    }

    async openRecords(index) {
        const action = await this.orm.call("crm.team", "action_open_dashboard_graph", [
            [this.props.record.resId],
            this.graph.source,
            this.graph.values[index].key,
        ]);
        return this.actionService.doAction(action);
    }
}

export const channelGraphField = {
    ...journalDashboardGraphField,
    component: ChannelGraphField,
    fieldDependencies: [{ name: "channel_graph_type", type: "selection" }],
    extractProps: ({ options }) => ({ graphType: "line", preview: Boolean(options.preview) }),
};

registry.category("fields").add("channel_graph", channelGraphField);
