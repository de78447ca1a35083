import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CommandError, decodeText, exclusively, SettingsError, writeAtomically } from '@symbolon/command-line'
import {
  CredentialError,
  checkMemory,
  isKeepable,
  type Manifest,
  type Memory,
  parseSeen,
  type SeenBundles,
  serializeSeen,
  withSeen,
} from '@symbolon/credential'

const memoryFile = (home: string): string => join(home, 'bundles.json')

/** What the verifier of this home knows of earlier bundles; nothing yet is an empty memory, without a data folder there is none. */
export async function recall(home: string): Promise<Memory> {
  try {
    const text = decodeText(await readFile(memoryFile(home)))
    return text === null ? 'malformed' : parseSeen(text)
  } catch (error) {
    if (error instanceof CredentialError) return 'malformed'
    if (!(error instanceof Error && 'code' in error)) throw error
    // A folder that is not there is not made: whoever wants no memory, or has only a stick that cannot be written, names none.
    return error.code === 'ENOENT' && (await isFolder(dirname(home))) ? new Map() : null
  }
}

/**
 * What was known before this bundle came, which is remembered from now on; null also where it cannot be remembered.
 *
 * What others write at the same time stays: it is read again under the lock. `manifest` must be one that the trust file stands behind.
 */
export async function recallAndKeep(home: string, manifest: Manifest, now: number): Promise<Memory> {
  const before = await recall(home)
  if (before === null || before === 'malformed' || withSeen(before, manifest, now) === before) return before
  try {
    return (await keep(home, manifest, now)) ? before : 'malformed'
  } catch (error) {
    // Read-only, full, or kept busy: the check goes on, and says that nothing is kept.
    if (!(error instanceof CommandError)) throw error
    return checkMemory(manifest, before, now).outcome === 'pass' ? null : before
  }
}

async function keep(home: string, manifest: Manifest, now: number): Promise<boolean> {
  const path = memoryFile(home)
  return exclusively(`${path}.lock`, async () => {
    const known = await recall(home)
    if (known === 'malformed') return false
    const seen: SeenBundles = known ?? new Map()
    const after = withSeen(seen, manifest, now)
    const text = serializeSeen(after)
    // Full: what it knows stays known, and that no more is kept is said.
    if (!isKeepable(text)) throw new SettingsError([`${path} is full`], undefined, 'file_unwritable')
    if (after !== seen) await writeAtomically(path, text)
    return true
  })
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
