import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SettingsError } from '@symbolon/command-line'
import { type CredentialType, faultLine, parseType } from '@symbolon/credential'

/** The bricks beside the code: at the same place from the sources as from the packed JavaScript (dist/src). */
const BRICKS = fileURLToPath(new URL('../../specs/credentials', import.meta.url))

/** The types this verifier knows, by `vct`. Throws `SettingsError` (78) with all faults of all bricks. */
export async function loadTypes(folder = BRICKS): Promise<ReadonlyMap<string, CredentialType>> {
  const types = new Map<string, CredentialType>()
  const faults: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const brick = parseType({ name: entry.name, files: await readBrick(join(folder, entry.name)) })
    if (brick.type !== undefined) types.set(brick.type.vct, brick.type)
    faults.push(...brick.faults.map((fault) => `${entry.name}/${faultLine(fault)}`))
  }
  if (faults.length > 0) throw new SettingsError(faults, 'correct the files named above, or install the verifier again', 'type_malformed')
  return types
}

/** The files of one brick by their names relative to its folder, with `/` on every system. */
async function readBrick(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files[relative(folder, path).split(sep).join('/')] = await readFile(path, 'utf8')
  }
  return files
}
