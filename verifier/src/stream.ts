import type { Readable, Writable } from 'node:stream'
import { SettingsError } from '@symbolon/command-line'

/** The longest line that is kept, in bytes: far longer than any code, with room for a presentation of any type. */
export const LONGEST_LINE = 1024 * 1024

const LINE_FEED = 10

/**
 * Answers every line of the input with one line of JSON, in order, until the input ends: `{ line, ... }`, lines counted from 1, empty ones
 * without an answer. A line that is too long is `null`; it is passed over without being kept. What is no UTF-8 in a line is replaced.
 * Throws `file_unwritable` when the output takes no more: a line without an answer must not end well.
 */
export async function answerLinesOf(input: Readable, output: Writable, answer: (line: string | null) => Promise<unknown>): Promise<void> {
  let number = 0
  // What went wrong is told to whoever wrote; without a listener it would end the process besides.
  const ignore = () => undefined
  output.on('error', ignore)
  for await (const line of lines(input)) {
    number++
    if (line !== null && line.trim() === '') continue
    const data = await answer(line)
    if (!(await written(output, `${JSON.stringify({ line: number, ...(data as object) })}\n`)))
      throw new SettingsError([`standard output takes no more: line ${number} has no answer`], undefined, 'file_unwritable')
  }
  output.off('error', ignore)
}

const written = (output: Writable, text: string): Promise<boolean> => new Promise((done) => output.write(text, (error) => done(!error)))

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
