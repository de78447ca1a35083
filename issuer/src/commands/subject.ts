import type { Readable } from 'node:stream'
import { readText, UsageError } from '@symbolon/command-line'

const LONGEST = 1000

/**
 * The key of a person from a file, or from standard input for `-`.
 *
 * Throws `UsageError` without the name of a file that cannot be read: whoever typed the number in its place must not find it in a message.
 */
export async function readSubject(path: string, stdin: Readable): Promise<string> {
  const subject = (await readText(path, LONGEST, stdin).catch(withoutItsName)).trim()
  if (subject === '') throw new UsageError('the key of the person is empty', 'give a file that holds it, or - for standard input')
  return subject
}

function withoutItsName(error: unknown): never {
  if (!(error instanceof UsageError)) throw error
  throw new UsageError(
    'the file with the key of the person cannot be read',
    'name a file that holds it, or - for standard input; never the key itself',
    error.code,
  )
}
