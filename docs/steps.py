"""What the guide shows, in its order: one function for each chapter, walked in both languages by `make docs`.

A chapter is given the guide (see dev/guide.py): `page` does what a person does, `shot` takes the next picture.
"""

ROW = ".o_data_row.o_selected_row"
NAME = ".o_form_view [name=name] :is(input, textarea)"
COLUMN = ".o_kanban_group:nth-child({} of .o_kanban_group)"
COG = f"{COLUMN} .o_group_config button"

# run in Odoo's shell before the walk
PREPARE = """
env["res.users"].search([]).write({{"lang": "{lang}", "tz": "{tz}"}})
"""


def overview(guide):
    page = guide.page
    guide.open("crm")
    page.click("[data-menu-xmlid='crm.crm_menu_config']")
    guide.shot("configuration", mark="[data-menu-xmlid='bjet_crm_setup.menu_crm_setup']")
    page.click("[data-menu-xmlid='bjet_crm_setup.menu_crm_setup']")
    page.wait(".o_bjet_crm_setup")
    guide.shot("overview")


def channels(guide):
    page = guide.page
    guide.open("crm")
    guide.menu("crm.crm_menu_config", "crm.crm_team_config")
    page.wait(".o_list_view")
    guide.shot("channels", mark=".o_list_button_add")
    page.click(".o_list_button_add")
    page.fill(NAME, guide.say("Trade fairs", "Виставки"))
    page.choose("[name=user_id] input", "Mitchell Admin")
    guide.shot("channel", mark=".oe_title")
    page.click(".nav-link[name=members_users]")
    page.click(".o-kanban-button-new, [name=member_ids] .o_field_x2many_list_row_add a, [name=member_ids] .btn")
    page.wait(".modal .o_list_view")
    page.click(".modal .o_data_row .o_list_record_selector")
    guide.shot("members")
    page.click(".modal .o_select_button")
    page.gone(".modal")
    page.click(".nav-link[name=dashboard]")
    page.fill("[name=invoiced_target] input", 25000)
    page.click(".o_form_button_save")
    # the graph of a channel that has worked for a while
    guide.menu("crm.crm_menu_config", "crm.crm_team_config")
    page.click(".o_data_row td[name=name]", guide.say("Social networks", "Соцмережі"))
    page.click(".nav-link[name=dashboard]")
    page.wait(".o_field_channel_graph canvas")
    guide.shot("dashboard-pipeline")
    page.select("[name=dashboard_graph_model]", guide.say("Invoices", "Видаткові накладні"))
    page.select("[name=dashboard_graph_period]", guide.say("Last Year", "Останній рік"))
    page.select("[name=dashboard_graph_group]", guide.say("Month", "Місяць"))
    guide.shot("dashboard-invoices")
    page.click(".o_form_button_cancel")
    guide.menu("crm.crm_menu_report", "bjet_crm_setup.menu_crm_team_dashboard")
    page.wait(".o_channel_dashboard")
    guide.shot("dashboards")


def activity_types(guide):
    page = guide.page
    guide.open("crm")
    guide.menu("crm.crm_menu_config", "bjet_crm_setup.menu_mail_activity_type")
    page.wait(".o_list_view")
    guide.shot("activity-types", mark=".o_list_button_add")
    page.click(".o_list_button_add")
    name = guide.say("Demo", "Показ")
    page.fill(f"{ROW} [name=name] input", name)
    page.select(f"{ROW} [name=category]", guide.say("Other", "Інше"))
    page.fill(f"{ROW} [name=summary] input", guide.say("Show the product", "Показати товар"))
    page.fill(f"{ROW} [name=delay_count] input", 3)
    page.choose(f"{ROW} [name=suggested_next_type_ids] input", guide.say("Call", "Дзвінок"))
    guide.shot("activity-type")
    page.click(".o_list_button_save")
    page.gone(ROW)
    guide.open("crm")
    page.click(".o_kanban_record")
    page.wait(".o_form_view")
    page.click(".o-mail-Chatter-activity")
    page.wait(".modal .o_form_view")
    page.click(".modal [name=activity_type_id] .o_selection_badge", name)
    guide.shot("schedule")
    page.click(".modal [name=action_schedule_activities]")
    page.gone(".modal")
    page.click(".o_menu_systray .dropdown-toggle:has(.fa-clock-o)")
    guide.shot("activity-menu", mark=[".o-mail-Activity", ".o-mail-ActivityGroup[data-model_name='crm.lead']"])


def tags(guide):
    page = guide.page
    guide.open("crm")
    guide.menu("crm.crm_menu_config", "bjet_crm_setup.menu_crm_tag")
    page.wait(".o_list_view")
    guide.shot("tags")
    page.click(".o_list_button_add")
    name = guide.say("Key account", "Ключовий клієнт")
    page.fill("[name=name] input", name)
    guide.shot("tag", mark=".o_list_button_save")
    page.click(".o_list_button_save")
    page.wait(".o_data_row:not(.o_selected_row) td[name=name]", name)
    guide.open("crm")
    page.click(".o_searchview_dropdown_toggler")
    guide.shot("filters", mark=".o_add_custom_filter")
    page.click(".o_add_custom_filter")
    page.click(".modal .o_model_field_selector")
    page.fill(".o_model_field_selector_popover_search input", guide.say("Tags", "Мітки"))
    page.click(".o_model_field_selector_popover_item[data-name=tag_ids] .o_model_field_selector_popover_item_name")
    page.choose(".modal .o_tree_editor_condition .o-autocomplete--input", guide.say("Product", "Товар"))
    guide.shot("filter-value")
    page.click(".modal footer .btn-primary")
    page.gone(".modal")
    guide.shot("filtered", mark=".o_searchview")


def lost_reasons(guide):
    page = guide.page
    guide.open("crm")
    guide.menu("crm.crm_menu_config", "bjet_crm_setup.menu_crm_lost_reason")
    page.wait(".o_list_view")
    guide.shot("lost-reasons")
    page.click(".o_list_button_add")
    page.fill("[name=name] input", guide.say("The tender was cancelled", "Тендер скасовано"))
    guide.shot("lost-reason")
    page.click(".o_list_button_save")
    guide.open("crm")
    page.click(".o_kanban_record")
    page.click(".o_statusbar_buttons button", guide.say("Lost", "Втрачено"))
    page.click(".modal [name=lost_reason_id] .o_selection_badge")
    guide.shot("lose")
    page.click(".modal [name=action_lost_reason_apply]")
    page.gone(".modal")
    guide.open("crm")
    page.click(".o_searchview_facet .o_facet_remove")
    page.click(".o_searchview_dropdown_toggler")
    page.click(".o_filter_menu .o_menu_item", guide.say("Lost", "Втрачено"))
    guide.shot("lost")
    page.click(".o_group_by_menu .o_menu_item", guide.say("Lost Reason", "Причина втрати"))
    guide.shot("group-by")
    page.press("Escape")
    guide.shot("by-reason")


def stages(guide):
    page = guide.page
    guide.open("crm")
    guide.shot("add-column", mark=".o_quick_create_button")
    page.click(".o_column_quick_create.o_quick_create_folded > *")
    page.fill(".o_column_quick_create input", guide.say("Negotiation", "Перемовини"))
    guide.shot("column-title", mark=".o_column_quick_create .input-group")
    page.click(".o_column_quick_create .o_kanban_add")
    page.press("Escape")
    page.gone(".o_column_quick_create .o_kanban_add")
    page.drag(f"{COLUMN.format(5)} .o_column_title", f"{COLUMN.format(4)} .o_column_title")
    guide.shot("drag-column")
    page.drop()
    _open_column_menu(page, 4)
    cog = COG.format(4)
    guide.shot("column-menu", mark=[cog, ".o-dropdown--group-config-menu"], hover=cog)
    page.click(".o-dropdown--group-config-menu .o_group_edit")
    page.click(".modal [name=on_change] input")
    page.fill(".modal [name=probability] input", 60)
    guide.shot("edit-stage")
    page.click(".modal .o_form_button_save")
    page.gone(".modal")


def records(guide):
    page = guide.page
    guide.open("crm")
    _open_column_menu(page, 3)
    page.click(".o_stage_archive_records")
    guide.shot("archive")
    _run(page)
    _open_column_menu(page, 3)
    page.click(".o_stage_restore_records")
    guide.shot("restore")
    _run(page)
    _open_column_menu(page, 3)
    page.click(".o-dropdown--group-config-menu .o_group_delete")
    guide.shot("delete")
    _run(page)
    guide.shot("undefined", mark=f"{COLUMN.format(1)} .o_kanban_header")


def transfer(guide):
    page = guide.page
    setup = ("crm.crm_menu_config", "bjet_crm_setup.menu_crm_setup")
    guide.open("crm")
    guide.menu(*setup)
    page.wait(".o_bjet_crm_transfer")
    guide.shot("doors", mark=".o_bjet_crm_transfer")
    page.click(".o_bjet_crm_transfer [name=export]")
    page.fill(".modal [name=title] input", guide.say("CRM of our company", "CRM нашої компанії"))
    page.fill(".modal [name=name] input", "our_crm")
    guide.shot("export")
    page.click(".modal [name=action_export]")
    page.wait(".modal .alert-success")
    guide.shot("exported")
    page.click(".modal footer .btn-primary", guide.say("Close", "Закрити"))
    page.gone(".modal")
    page.click(".o_bjet_crm_transfer [name=apply]")
    page.wait(".modal [name=leave_people_out]")
    guide.shot("apply")
    page.click(".modal footer .btn-secondary", guide.say("Cancel", "Скасувати"))
    page.gone(".modal")
    page.click(".o_bjet_crm_transfer [name=ready]")
    page.click(".modal [name=ready] .o_radio_input")
    page.wait(".modal [name=picture]")
    guide.shot("ready")
    page.click(".modal [name=action_preview]")
    page.wait(".modal [name=table] table")
    guide.shot("preview")
    page.click(".modal [name=action_apply]")
    page.wait(".modal .alert-success")
    guide.shot("applied")
    page.click(".modal [name=action_open_setup]")
    page.gone(".modal")
    page.click(".o_bjet_crm_transfer [name=history]")
    page.click(".o_data_row td[name=display_name]")
    guide.shot("history", mark="[name=action_undo]")


def _run(page):
    """Confirm the dialog, and wait until what it says of its end is gone too."""
    page.click(".o_stage_run_confirm")
    page.gone(".modal")
    page.gone(".o_notification")


def _open_column_menu(page, number):
    page.hover(f"{COLUMN.format(number)} .o_column_title")
    page.click(COG.format(number))


CHAPTERS = [overview, channels, activity_types, tags, lost_reasons, stages, records, transfer]
