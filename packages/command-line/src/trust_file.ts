import { readFile } from 'node:fs/promises'
import { type Anchor, CredentialError, parseTrust, serializeTrust } from '@symbolon/credential'
import { SettingsError } from './errors.ts'
import { exclusively, writeAtomically } from './files.ts'

const LARGEST = 16 * 1024 * 1024

/** The entries of the trust file; null when there is no such file. Throws `SettingsError` (78) when it cannot be read or has faults. */
async function read(path: string): Promise<Anchor[] | null> {
  let text: string
  try {
    const bytes = await readFile(path)
    if (bytes.length > LARGEST)
      throw new SettingsError([`${path}: the trust file is larger than ${LARGEST} bytes`], undefined, 'trust_file_malformed')
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof SettingsError) throw error
    if (error instanceof TypeError)
      throw new SettingsError([`${path}: the trust file is not UTF-8 text`], undefined, 'trust_file_malformed')
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new SettingsError([`${path}: the trust file cannot be read`], undefined, 'trust_file_unreadable')
  }
  try {
    return parseTrust(text)
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error
    throw new SettingsError([`${path}: ${error.message}`], 'correct the entries named above', error.code)
  }
}

/** Whom this user trusts. A missing file is no empty list: throws `SettingsError` (78) for it, as for one that cannot be read or has faults. */
export async function loadTrust(path: string): Promise<Anchor[]> {
  const anchors = await read(path)
  if (anchors !== null) return anchors
  throw new SettingsError([`${path}: there is no trust file, so nobody is trusted`], undefined, 'trust_file_missing')
}

/** Changes the trust file as one step that no other process comes between; a missing file is an empty one. */
export async function changeTrust(path: string, change: (anchors: readonly Anchor[]) => readonly Anchor[]): Promise<void> {
  await exclusively(`${path}.lock`, async () => {
    const before = (await read(path)) ?? []
    const after = change(before)
    if (after !== before) await writeAtomically(path, serializeTrust(after))
  })
}
