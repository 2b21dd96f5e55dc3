//! What the page may ask. Each command is a few lines over one use case; the table is crate `api`'s,
//! and a test compares the names.

mod about;
mod computer;
mod connection;
mod console;
mod inventory;
mod prompt;
mod task;
mod vm;
mod window;

use api::ApiError;
use tauri::ipc::Invoke;

type Answer<T> = Result<T, ApiError>;

/// Sends each command to its function.
pub fn handler() -> impl Fn(Invoke<tauri::Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        about::app_info,
        about::page_listen,
        about::page_painted,
        about::frame_keep,
        about::settings_get,
        about::settings_set,
        inventory::inventory_snapshot,
        inventory::inventory_search,
        inventory::inventory_visible,
        vm::vm_get,
        vm::vm_hardware,
        vm::vm_definition,
        vm::vm_history,
        vm::vm_diff,
        vm::vm_set_note,
        connection::connection_check,
        connection::connection_put,
        connection::connection_remove,
        connection::connection_connect,
        connection::connection_disconnect,
        connection::connection_retry_all,
        connection::connection_refresh,
        connection::connection_diagnose,
        connection::connection_diagnose_stop,
        connection::connection_import,
        connection::connection_export,
        connection::connection_export_file,
        connection::ssh_hosts,
        connection::local_libvirt,
        connection::demo_add,
        task::task_run,
        task::task_cancel,
        task::task_retry,
        task::task_list,
        console::console_list,
        console::display_offers,
        console::console_open,
        console::console_close,
        console::console_traffic,
        console::console_keys,
        console::console_type,
        console::console_type_cancel,
        console::console_type_check,
        console::console_layouts,
        console::vm_screenshot,
        console::vm_screenshot_save,
        computer::line_log_save,
        computer::viewer_check,
        computer::viewer_open,
        computer::viewer_ended,
        computer::file_show,
        computer::clipboard_read_text,
        computer::clipboard_write_text,
        computer::clipboard_write_picture,
        window::console_window_open,
        window::console_window_close,
        window::main_window_show,
        window::app_quit,
        prompt::prompt_current,
        prompt::prompt_answer,
    ]
}
