/**
 * Weak references that keep nothing alive, not even until the end of the job.
 *
 * `new WeakRef` and `deref` keep their target alive until the end of the current job, which in a synchronous program is the end of the
 * program. V8 lets go of all kept targets at every microtask checkpoint of any queue (MicrotaskQueue::PerformCheckpointInternal), so an
 * empty script in a context with a queue of its own does it, without running any microtask of the program. Costs 1 to 4 microseconds.
 */

import * as vm from 'node:vm';

export interface WeakReferences {
  /** `release` has to follow before the program goes on. */
  create<T extends object>(target: T): WeakRef<T>;
  /** Undefined once the target was collected; `release` has to follow. */
  targetOf<T extends object>(reference: WeakRef<T>): T | undefined;
  release(): void;
}

export function createWeakReferences(): WeakReferences {
  // Kept, so that what the program does to the prototype does not reach us.
  const Reference = WeakRef;
  const dereference = WeakRef.prototype.deref;
  let releaseKept: (() => void) | undefined;
  return {
    create: (target) => new Reference(target),
    targetOf: <T extends object>(reference: WeakRef<T>) => dereference.call(reference) as T | undefined,
    release() {
      if (releaseKept === undefined) {
        const context = vm.createContext({}, { microtaskMode: 'afterEvaluate' });
        const script = new vm.Script('0');
        releaseKept = () => {
          script.runInContext(context);
        };
      }
      releaseKept();
    },
  };
}
