import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Check } from '@symbolon/credential'
import type { DeskSettings } from './desk.ts'
import type { Once } from './once.ts'
import { type Judges, type Line, ThreadError } from './stream.ts'

/** What a thread is asked: to look at lines, or to answer those that it looked at first and that wait. */
export type Request = { readonly lines: readonly Line[] } | { readonly replays: readonly (Check | undefined)[] }

/** The answers to lines, or what of them can be read once only: then they wait. */
export type Answered = { readonly answers: readonly string[] } | { readonly once: readonly (Once | undefined)[] }

/** The same file beside the sources and beside the packed JavaScript. */
const THREAD = new URL(`./desk_thread${extname(new URL(import.meta.url).pathname)}`, import.meta.url)

/** Two for each thread: while it judges the one, the other is on its way. */
const OPEN_EACH = 2

/** Somebody who waits for a thread. */
interface Waiting {
  done(answered: Answered): void
  fail(error: Error): void
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Waiting[]
}

/**
 * Judges at so many desks, each in a thread of its own: what is said of a line is the same as at one desk.
 *
 * When one of them has gone, for whatever reason, no call is answered any more.
 */
export function openThreads(settings: DeskSettings, count: number): Judges & { close(): Promise<void> } {
  let gone: Error | undefined
  const threads: Thread[] = []
  const end = (error: Error): void => {
    gone ??= error
    for (const { waiting } of threads) for (const { fail } of waiting.splice(0)) fail(gone)
  }
  while (threads.length < count) {
    const worker = new Worker(THREAD, { workerData: settings })
    const waiting: Waiting[] = []
    worker.on('message', (answered: Answered) => waiting.shift()?.done(answered))
    worker.on('error', (error: unknown) => end(new ThreadError(`a thread has failed (${error instanceof Error ? error.name : 'unknown'})`)))
    worker.on('exit', () => end(new ThreadError('a thread has ended')))
    threads.push({ worker, waiting })
  }
  const ask = ({ worker, waiting }: Thread, request: Request): Promise<Answered> =>
    new Promise((done, fail) => {
      if (gone !== undefined) return fail(gone)
      waiting.push({ done, fail })
      worker.postMessage(request)
    })
  return {
    async look(lines) {
      const thread = threads.reduce((least, one) => (one.waiting.length < least.waiting.length ? one : least))
      const looked = await ask(thread, { lines })
      if ('answers' in looked) return { once: [], answers: async () => looked.answers }
      return { once: looked.once, answers: async (replays) => answersIn(await ask(thread, { replays })) }
    },
    atOnce: count * OPEN_EACH,
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}

function answersIn(answered: Answered): readonly string[] {
  if ('answers' in answered) return answered.answers
  throw new Error('a thread says something else than it was asked')
}
