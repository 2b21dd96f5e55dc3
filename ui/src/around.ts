// What stands around the list: loaded when the list has been painted, so that nothing is before it.
export { default as EstateToolbar } from './features/inventory/EstateToolbar.svelte';
export { default as EstateTree } from './features/inventory/EstateTree.svelte';
export { default as TasksDock } from './features/tasks/TasksDock.svelte';
export { default as VmDetail } from './features/vm/VmDetail.svelte';
export { default as LaunchBar } from './LaunchBar.svelte';
export { default as ContextMenu } from './ui/layer/ContextMenu.svelte';
