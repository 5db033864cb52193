/**
 * Notices child processes that the program starts: they are not profiled, and the profile says so. Node's own bindings are watched, since
 * they are where every way to start a process ends, and the program does not see them.
 */

interface Bindings {
  binding?(name: 'process_wrap'): { readonly Process: { readonly prototype: { spawn: Spawn } } };
  binding?(name: 'spawn_sync'): { spawn: Spawn };
}
type Spawn = (this: unknown, ...args: unknown[]) => unknown;

/** @param onChild called at each start; must not throw. */
export function watchChildProcesses(onChild: () => void): void {
  const host = process as unknown as Bindings;
  // To look there would print a warning that the program did not ask for.
  if (warnsOfBindings()) return;
  try {
    const holders = [host.binding?.('process_wrap').Process.prototype, host.binding?.('spawn_sync')];
    for (const holder of holders) {
      if (holder === undefined) continue;
      const spawn = holder.spawn;
      holder.spawn = function (...args) {
        onChild();
        return spawn.apply(this, args);
      };
    }
  } catch {
    // Under Node's permission model there are no bindings, and no children either unless they were allowed.
  }
}

function warnsOfBindings(): boolean {
  const options = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  return options.includes('--pending-deprecation') || process.env['NODE_PENDING_DEPRECATION'] === '1';
}
