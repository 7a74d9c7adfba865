import { registry } from "@web/core/registry";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { StageConfigMenu } from "./stage_config_menu";

export class PipelineListRenderer extends ListRenderer {
    static components = { ...ListRenderer.components, GroupConfigMenu: StageConfigMenu };
}

registry.category("views").add("bjet_pipeline_list", { ...listView, Renderer: PipelineListRenderer });
