/** One of the threads of `desk_threads.ts`: a desk of its own. Each message is answered by one, in their order. */
import { parentPort, workerData } from 'node:worker_threads'
import { openDesk } from './desk.ts'
import type { Answered, Request } from './desk_threads.ts'
import { judgesAt, type LookedAt } from './stream.ts'

// What was read before is remembered in one place, and that is not here.
const opened = await openDesk(workerData, () => null)
if ('refused' in opened) throw new Error('a thread does not accept the bundle that was accepted before')
const { look } = judgesAt(opened.desk)

/** Looked at, and not answered before it is said whether they were read before. */
const waiting: LookedAt[] = []

async function answered(request: Request): Promise<Answered> {
  if ('replays' in request) return { answers: (await waiting.shift()?.answers(request.replays)) ?? [] }
  const looked = await look(request.lines)
  if (looked.once.every((one) => one === undefined)) return { answers: await looked.answers([]) }
  waiting.push(looked)
  return { once: looked.once }
}

let last: Promise<unknown> = Promise.resolve()
parentPort?.on('message', (request: Request) => {
  last = last.then(async () => parentPort?.postMessage(await answered(request)))
})
