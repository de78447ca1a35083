import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { constants, gunzip, gzip } from 'node:zlib'
import { decodeText, RefusedError, readInput, UsageError, writeAtomically } from '@symbolon/command-line'

/** The largest bundle that is read or kept, in bytes, also where a smaller file becomes it. */
export const LARGEST_BUNDLE = 256 * 1024 * 1024

const [compressed, inflated] = [promisify(gzip), promisify(gunzip)]

/** The text of a bundle in a file, or on `stdin` when the name is `-`; as it is, or compressed with gzip (specs/bundle.md). Throws as `readText`, also when it becomes more than `limit` bytes. */
export async function readBundle(path: string, stdin: Readable, limit = LARGEST_BUNDLE): Promise<string> {
  const text = await textOf(await readInput(path, limit, stdin), limit)
  if (text === null)
    throw new RefusedError('file_not_text', `${path === '-' ? 'standard input' : path} is not UTF-8 text, or its gzip is broken`)
  return text
}

/** The text of the bundle held so far, null when there is none. Throws `UsageError` when there is a file that cannot be read. */
export async function heldBundle(path: string): Promise<string | null> {
  try {
    // What is no text any more is no bundle either, and is replaced by one.
    return (await textOf(await readFile(path))) ?? ''
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new UsageError(`${path} cannot be read, so it is not written either`, 'name another file with --out', 'file_unreadable')
  }
}

/** Puts a bundle into its place in one step, compressed when the name ends with `.gz`; answers how many bytes it takes there. Throws `SettingsError`. */
export async function keepBundle(path: string, text: string): Promise<number> {
  const content = path.endsWith('.gz') ? await compressed(text, { level: constants.Z_BEST_COMPRESSION }) : Buffer.from(text)
  await writeAtomically(path, content, 0o644)
  return content.length
}

/** Null for what is neither text nor text in gzip (RFC 1952 section 2.3.1), or becomes too much of it. */
async function textOf(bytes: Uint8Array, limit = LARGEST_BUNDLE): Promise<string | null> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return decodeText(bytes)
  try {
    return decodeText(await inflated(bytes, { maxOutputLength: limit }))
  } catch {
    return null
  }
}
