import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SettingsError } from '@symbolon/command-line'
import { type CredentialType, faultLine, parseType } from '@symbolon/credential'

/** The bricks beside the code: at the same place from the sources as from the packed JavaScript (dist/src). */
const BRICKS = fileURLToPath(new URL('../../specs/credentials', import.meta.url))

/**
 * The types this verifier knows, by `vct`: those it was delivered with, and those of a folder of an institution's own.
 *
 * Throws `SettingsError` (78) with all faults of all bricks; two bricks for one `vct` are a fault, for nobody could say which one decides.
 */
export async function loadTypes(own?: string): Promise<ReadonlyMap<string, CredentialType>> {
  const types = new Map<string, CredentialType>()
  const faults: string[] = []
  for (const folder of own === undefined ? [BRICKS] : [BRICKS, own]) {
    for (const name of await bricksOf(folder)) {
      const brick = parseType({ name, files: await readBrick(join(folder, name)) })
      faults.push(...brick.faults.map((fault) => `${name}/${faultLine(fault)}`))
      if (brick.type === undefined) continue
      const other = types.get(brick.type.vct)
      if (other !== undefined) faults.push(`${name}/credential.json /vct: ${other.name} has this vct already`)
      types.set(brick.type.vct, brick.type)
    }
  }
  if (faults.length > 0) throw new SettingsError(faults, 'correct the files named above, or install the verifier again', 'type_malformed')
  return types
}

async function bricksOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new SettingsError([`${folder}: no folder with types`], 'name a folder that holds one folder for each type', 'types_missing')
  })
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
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
