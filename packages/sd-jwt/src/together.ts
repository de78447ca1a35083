import type { Awaitable } from './primitives.ts'

/** All answers: at once when all are there, else when the last one has come. */
export function together<T>(answers: readonly Awaitable<T>[]): Awaitable<readonly T[]> {
  return isReady(answers) ? answers : Promise.all(answers)
}

function isReady<T>(answers: readonly Awaitable<T>[]): answers is readonly T[] {
  return !answers.some((answer) => answer instanceof Promise)
}
