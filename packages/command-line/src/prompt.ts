import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type Readable, Writable } from 'node:stream'
import { UsageError } from './errors.ts'

/** The three streams of a process; `isTTY` says that a person is there. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

/** Throws `UsageError` (64) unless both ends are a terminal; `flag` is the option that answers instead. */
function needTerminal(streams: Streams, flag: string): void {
  if (!streams.stdin.isTTY || !streams.stderr.isTTY) {
    throw new UsageError(`a question has to be answered and nobody is at a terminal; answer it with ${flag}`, undefined, 'not_a_terminal')
  }
}

/** One line from the terminal, or of standard input where it is none; null when the input ended or was broken off. */
async function line(streams: Streams, output: Writable, question: string): Promise<string | null> {
  streams.stderr.write(question)
  const reader = createInterface({ input: streams.stdin, output, terminal: streams.stdin.isTTY === true })
  reader.once('SIGINT', () => reader.close())
  try {
    const closed = once(reader, 'close').then(() => null)
    const read = once(reader, 'line').then(([text]) => String(text))
    return await Promise.race([read, closed])
  } finally {
    reader.close()
  }
}

/** Asks a yes-or-no question on the terminal; `yes` (the flag `--yes`) answers it. Throws `UsageError` when there is no terminal. */
export async function confirm(streams: Streams, question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes) return true
  needTerminal(streams, '--yes')
  const answer = await line(streams, streams.stderr, `${question} [y/N] `)
  return answer !== null && ['y', 'yes'].includes(answer.trim().toLowerCase())
}

/** Asks for a line that may be seen, on the terminal or, where there is none, from standard input. Throws `UsageError` (`no_answer`) when none comes. */
export async function ask(streams: Streams, question: string): Promise<string> {
  const answer = await line(streams, streams.stderr, question)
  if (answer === null) throw new UsageError('nothing was typed', undefined, 'no_answer')
  return answer
}

/** Reads a secret from the terminal without showing it; `flag` names the option to use where there is no terminal. Throws `UsageError`. */
export async function secret(streams: Streams, question: string, flag: string): Promise<string> {
  needTerminal(streams, flag)
  const dark = new Writable({ write: (_chunk, _encoding, done) => done() })
  const answer = await line(streams, dark, question)
  streams.stderr.write('\n')
  if (answer === null) throw new UsageError('nothing was typed', undefined, 'no_answer')
  return answer
}
