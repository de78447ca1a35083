import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

/** The longest line that is kept, in bytes: far longer than any code, with room for a presentation of any type. */
export const LONGEST_LINE = 1024 * 1024

const LINE_FEED = 10

/**
 * Answers every line of the input with one line of JSON, in order, until the input ends: `{ line, ... }`, lines counted from 1, empty ones
 * without an answer. A line that is too long is `null`; it is passed over without being kept. What is no UTF-8 in a line is replaced.
 */
export async function answerLinesOf(input: Readable, output: Writable, answer: (line: string | null) => Promise<unknown>): Promise<void> {
  let number = 0
  for await (const line of lines(input)) {
    number++
    if (line !== null && line.trim() === '') continue
    const data = await answer(line)
    if (!output.write(`${JSON.stringify({ line: number, ...(data as object) })}\n`)) await once(output, 'drain')
  }
}

async function* lines(input: Readable): AsyncGenerator<string | null> {
  let kept: Buffer[] = []
  let length = 0
  const taken = (): string | null => {
    const line = length > LONGEST_LINE ? null : Buffer.concat(kept).toString()
    kept = []
    length = 0
    return line
  }
  const keep = (bytes: Buffer): void => {
    length += bytes.length
    if (length <= LONGEST_LINE) kept.push(bytes)
    else kept = []
  }
  for await (const chunk of input) {
    let rest = Buffer.from(chunk)
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      keep(rest.subarray(0, end))
      yield taken()
      rest = rest.subarray(end + 1)
    }
    keep(rest)
  }
  if (length > 0) yield taken()
}
