import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { SettingsError } from './errors.ts'

/** The code of what the system refuses (`EACCES`); undefined for any other error. */
const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Does what writes at a place; that the system refuses is a fault of the settings that named the place. */
function writing(path: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    throw new SettingsError([
      `${path} cannot be written (${code}): make room or give this user the right to write there, or name another place`,
    ])
  }
}

/** Makes a folder of its owner alone (0700), with those above it. Throws `SettingsError` when the system refuses. */
export function privateFolder(path: string): string {
  writing(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }))
  return path
}

/** Writes a file of its owner alone (0600) so that a reader sees the old or the new content, never a part. Throws `SettingsError` when the system refuses. */
export function writePrivately(path: string, content: string): void {
  privateFolder(dirname(path))
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.new`)
  writing(path, () => {
    try {
      writeFileSync(temporary, content, { mode: 0o600, flag: 'wx', flush: true })
      renameSync(temporary, path)
    } finally {
      rmSync(temporary, { force: true })
    }
  })
}

/**
 * Makes a folder with its content once, whoever else tries at the same moment: it appears whole or not at all.
 *
 * Throws `SettingsError` when the system refuses.
 */
export async function folderOnce(path: string, fill: (folder: string) => Promise<void>): Promise<void> {
  if (existsSync(path)) return
  privateFolder(dirname(path))
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`
  privateFolder(temporary)
  try {
    await fill(temporary)
    renameSync(temporary, path)
  } catch (error) {
    // Another process was first: its folder is as good as ours.
    if (!existsSync(path)) throw error
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** How the secrets begin that are made for development, so that they are known wherever they are copied to. */
export const DEVELOPMENT_SECRET = 'development-'

/** A random secret of 256 bits for development, in a file of its owner alone, made once. Answers the path; throws `SettingsError` when the system refuses. */
export function secretOnce(path: string): string {
  privateFolder(dirname(path))
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`
  writing(path, () => {
    try {
      writeFileSync(temporary, `${DEVELOPMENT_SECRET}${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx', flush: true })
      // Unlike a rename, a link never replaces what another process made meanwhile.
      linkSync(temporary, path)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    } finally {
      rmSync(temporary, { force: true })
    }
  })
  return path
}
