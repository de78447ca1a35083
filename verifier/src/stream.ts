import type { Readable, Writable } from 'node:stream'
import { CommandError, EXIT, jsonText, SettingsError } from '@symbolon/command-line'
import type { Check } from '@symbolon/credential'
import { type Desk, failed } from './desk.ts'
import type { Once } from './once.ts'

/** The longest line that is kept, in bytes: far longer than any code, with room for a presentation of any type. */
export const LONGEST_LINE = 1024 * 1024
/** Lines that are judged and written together, when as many are there; from a pipe come some thirty codes at once. */
const MOST_TOGETHER = 64
const LINE_FEED = 10

/** A thread that judged has gone. */
export class ThreadError extends Error {}

/** A line of the input; null for one that was too long to be kept. */
export type Line = string | null

/** Judges lines, wherever that is done. */
export interface Judges {
  look(lines: readonly Line[]): Promise<LookedAt>
  /** How many calls may be open at once. */
  readonly atOnce: number
}

/** Lines that were looked at, in their order. */
export interface LookedAt {
  /** What of each can be read once only. */
  readonly once: readonly (Once | undefined)[]
  /** One JSON text for each, when it is said of what can be read once whether it was read before. */
  answers(replays: readonly (Check | undefined)[]): Promise<readonly string[]>
}

/**
 * Judges at one desk, the lines in step: each goes as far as its next `await`, then the next one goes as far. So the same code runs for all of them in
 * a row and stays in the caches of the processor, which saves a quarter of the time.
 */
export function judgesAt({ look }: Pick<Desk, 'look'>): Judges {
  const lookAt = (line: Line) => look(line ?? tooLong())
  return {
    async look([first, ...rest]) {
      // Alone: the list and the certificates that all of them need are then read once, not by all at the same time.
      const begun = first === undefined ? [] : [await lookAt(first)]
      const looked = [...begun, ...(await Promise.all(rest.map(lookAt)))]
      return {
        once: looked.map(({ once }) => once),
        answers: (replays) => Promise.all(looked.map(async ({ answer }, at) => jsonText((await answer(replays[at])).data))),
      }
    },
    atOnce: 1,
  }
}

const tooLong = () => failed('structure', 'format_not_known', 'a line that is longer than any presentation')

/**
 * Answers every line of the input with one line of JSON, in order, until the input ends: `{ line, ... }`, lines counted from 1, empty ones
 * without an answer. A line that is too long is passed over without being kept. What is no UTF-8 in a line is replaced.
 *
 * Whether something was read before is asked of `replay` here and in the order of the lines, wherever they are judged.
 *
 * No more is read than can be judged and written: whoever writes fast and reads slowly waits. A line without an answer must not end well:
 * throws `file_unwritable` when the output takes no more, and `internal` when whoever judges has gone, with the first line of which it is
 * not known that it was answered.
 */
export async function answerLinesOf(
  input: Readable,
  output: Writable,
  { look, atOnce }: Judges,
  replay: (once: Once) => Check,
): Promise<void> {
  // What went wrong is told to whoever wrote; without a listener it would end the process besides.
  const ignore = () => undefined
  output.on('error', ignore)
  const open: Promise<void>[] = []
  let last: Promise<void> = Promise.resolve()
  for await (const batch of batches(input)) {
    last = written(output, batch, answersTo(look(batch.lines), last, replay))
    // Also when the next line is a long time coming.
    last.catch((error: Error) => input.destroy(error))
    open.push(last)
    if (open.length >= atOnce) await open.shift()
  }
  await last
  output.off('error', ignore)
}

/** Lines and their numbers. */
interface Batch {
  readonly lines: Line[]
  readonly numbers: number[]
}

/** The answers to a batch, once those to the lines before it are written. */
async function answersTo(
  looking: Promise<LookedAt>,
  before: Promise<void>,
  replay: (once: Once) => Check,
): Promise<readonly string[] | Error> {
  looking.catch(() => undefined) // heard below, once its turn has come
  await before
  try {
    const { once, answers } = await looking
    return await answers(once.map((one) => one && replay(one)))
  } catch (error) {
    return error instanceof Error ? error : new Error('nobody knows why')
  }
}

async function written(output: Writable, { numbers }: Batch, answering: Promise<readonly string[] | Error>): Promise<void> {
  const answers = await answering
  if (answers instanceof Error) throw new CommandError(EXIT.internal, 'internal', `line ${numbers[0]} has no answer: ${why(answers)}`)
  // Together: a call of the system for each line would cost as much as the half of a signature.
  const text = answers.map((answer, at) => `{"line":${numbers[at]},${answer.slice(1)}\n`).join('')
  if (await isWritten(output, text)) return
  throw new SettingsError([`standard output takes no more: line ${numbers[0]} has no answer`], undefined, 'file_unwritable')
}

/** What nobody foresaw may have somebody's data in its message: then only what kind of error it is. */
const why = (error: Error): string => (error instanceof CommandError || error instanceof ThreadError ? error.message : error.name)

const isWritten = (output: Writable, text: string): Promise<boolean> => new Promise((done) => output.write(text, (error) => done(!error)))

/** The lines that are there, so many at most; those of which nothing is there yet are not waited for. */
async function* batches(input: Readable): AsyncGenerator<Batch> {
  let kept: Buffer[] = []
  let length = 0
  let number = 0
  let batch: Batch = { lines: [], numbers: [] }
  const keep = (bytes: Buffer): void => {
    length += bytes.length
    if (length <= LONGEST_LINE) kept.push(bytes)
    else kept = []
  }
  const take = (): void => {
    const line = length > LONGEST_LINE ? null : textOf(kept)
    kept = []
    length = 0
    number++
    if (line?.trim() === '') return
    batch.lines.push(line)
    batch.numbers.push(number)
  }
  const handOut = (): Batch => {
    const full = batch
    batch = { lines: [], numbers: [] }
    return full
  }
  for await (const chunk of input) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk)
    let start = 0
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      keep(bytes.subarray(start, end))
      start = end + 1
      take()
      if (batch.lines.length === MOST_TOGETHER) yield handOut()
    }
    keep(bytes.subarray(start))
    if (batch.lines.length > 0) yield handOut()
  }
  if (length > 0) take()
  if (batch.lines.length > 0) yield handOut()
}

/** Nearly every line came in one piece. */
const textOf = ([first, ...more]: readonly Buffer[]): string =>
  first === undefined ? '' : more.length === 0 ? first.toString() : Buffer.concat([first, ...more]).toString()
