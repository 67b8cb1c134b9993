import { useSyncExternalStore } from 'react'

/** One value that changes by replacement; whoever reads it is told. */
export interface Store<T> {
  readonly get: () => T
  readonly set: (change: Partial<T>) => void
  /** Returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void
}

export function createStore<T extends object>(initial: T): Store<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(change) {
      value = { ...value, ...change }
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Renders again when the selected part changes; select values that are kept, not built anew. */
export function useStore<T extends object, Part>(store: Store<T>, select: (value: T) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => select(store.get()))
}
