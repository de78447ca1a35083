import type { Awaitable } from './primitives.ts'

/** All digests: at once when all are there, else when the last one has come. */
export function together(digests: readonly Awaitable<string>[]): Awaitable<readonly string[]> {
  return areReady(digests) ? digests : Promise.all(digests)
}

function areReady(digests: readonly Awaitable<string>[]): digests is readonly string[] {
  return digests.every((digest) => typeof digest === 'string')
}
