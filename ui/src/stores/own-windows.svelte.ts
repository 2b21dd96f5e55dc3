// Which VMs have their console in a window of its own, as Rust says. Only the main window knows.
class OwnWindows {
  ids = $state.raw<ReadonlySet<string>>(new Set());
}

export const ownWindows = new OwnWindows();
