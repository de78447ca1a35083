import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Readable } from 'node:stream'
import { RefusedError, SettingsError, UsageError } from './errors.ts'

/** The reason of a failed file operation in words that name no content. */
function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read or written by this user'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a file stands where a folder has to be'
  if (code === 'ENOSPC') return 'the disk is full'
  if (code === 'EROFS') return 'the disk is read-only'
  return `the system says ${String(code ?? 'no more')}`
}

/** All bytes of a stream, and at most `limit` of them: throws `RefusedError` as soon as there are more. */
async function collect(chunks: AsyncIterable<Uint8Array>, limit: number, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > limit) throw new RefusedError('file_too_large', `${name} is larger than ${limit} bytes`)
    parts.push(chunk)
  }
  return Buffer.concat(parts)
}

/** The bytes of a file, or of `stdin` when the name is `-`. Throws `UsageError` when it cannot be read, `RefusedError` when it is larger than `limit` bytes. */
export async function readInput(path: string, limit: number, stdin: Readable): Promise<Uint8Array> {
  if (path === '-') return collect(stdin, limit, 'standard input')
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    return await collect(file.createReadStream({ autoClose: false }), limit, path)
  } catch (error) {
    if (error instanceof RefusedError) throw error
    throw new UsageError(
      `${path} cannot be read: ${reason(error)}`,
      'name a file that can be read, or - for standard input',
      'file_unreadable',
    )
  } finally {
    await file?.close()
  }
}

/** The text of UTF-8 bytes, without a byte order mark; null when they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** `readInput` as text, without a byte order mark; throws `RefusedError` (`file_not_text`) when the bytes are not UTF-8. */
export async function readText(path: string, limit: number, stdin: Readable): Promise<string> {
  const text = decodeText(await readInput(path, limit, stdin))
  if (text === null) throw new RefusedError('file_not_text', `${path === '-' ? 'standard input' : path} is not UTF-8 text`)
  return text
}

const unwritable = (path: string, error: unknown): SettingsError =>
  new SettingsError([`${path} cannot be written: ${reason(error)}`], undefined, 'file_unwritable')

/** Makes what was renamed into a folder survive a power cut; some systems cannot open a folder and need no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Replaces a file so that whoever reads it, and whatever breaks, sees the old or the new content and nothing between.
 *
 * Makes the folder (0700) when it is missing. `mode` is that of the new file, 0600 unless said otherwise. Throws `SettingsError` (`file_unwritable`).
 */
export async function writeAtomically(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  try {
    await replace(path, content, mode)
  } catch (error) {
    throw unwritable(path, error)
  }
}

async function replace(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.new`)
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncFolder(folder)
}

/**
 * Runs an action while no other process does so with the same lock file; waits up to `patience` milliseconds, then throws `RefusedError` (`busy`);
 * `SettingsError` (`file_unwritable`) when the lock file cannot be made.
 *
 * The lock is one of the kernel's (through SQLite's file locking), so it falls with the process that held it, even after kill -9.
 */
export async function exclusively<T>(lockFile: string, action: () => Promise<T>, patience = 10_000): Promise<T> {
  const lock = await openLock(lockFile, patience)
  try {
    try {
      lock.exec('begin exclusive')
    } catch {
      throw new RefusedError('busy', `another process is writing; ${lockFile} is locked`)
    }
    return await action()
  } finally {
    lock.close()
  }
}

async function openLock(path: string, patience: number): Promise<DatabaseSync> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    return new DatabaseSync(path, { timeout: patience })
  } catch (error) {
    throw unwritable(path, error)
  }
}
