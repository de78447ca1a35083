import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readTypes } from '@symbolon/command-line/folders'
import { type CredentialType, checkMapping, faultLine } from '@symbolon/credential'
import { SettingsError } from '@symbolon/service'
import { openSource, readSource, type Source, SourceError } from './source.ts'

/** A type this issuer has a source for. */
export interface Brick {
  readonly type: CredentialType
  readonly source: Source
}

/** Where to look, and where the connections lead. */
export interface BrickFolders {
  readonly types: string
  readonly sources: string
  readonly connections: Readonly<Record<string, string>>
}

/** The types that have a source, by name, and every fault of every type and every source, a line each; no source is asked. */
export function checkBricks({ types: folder, sources }: Omit<BrickFolders, 'connections'>): { types: CredentialType[]; faults: string[] } {
  const { types, faults } = readTypes(folder)
  const found = new Map(types.map((type) => [type.name, type]))
  const names = sourceNames(sources)
  for (const name of names) {
    const read = readSource(join(sources, name))
    faults.push(...read.faults.map((fault) => `sources/${name}/${faultLine(fault)}`))
    const type = found.get(name)
    // A type that is broken itself has been reported already.
    if (type === undefined && !existsSync(join(folder, name))) faults.push(`sources/${name}: there is no credential type of this name`)
    if (type && read.folder) faults.push(...checkMapping(read.folder.mapping, type).map((fault) => `sources/${name}/${faultLine(fault)}`))
  }
  return { types: types.filter(({ name }) => names.includes(name)), faults }
}

/** Opens a source for every type that has one; throws `SettingsError` with all faults of types and sources. */
export function openBricks(folders: BrickFolders): Brick[] {
  const { types, faults } = checkBricks(folders)
  const bricks: Brick[] = []
  for (const type of faults.length > 0 ? [] : types) {
    try {
      bricks.push({ type, source: openSource(join(folders.sources, type.name), folders.connections) })
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      faults.push(error.message)
    }
  }
  if (faults.length === 0 && bricks.length > 0) return bricks
  for (const { source } of bricks) source.close()
  throw new SettingsError(faults.length > 0 ? faults : [`${folders.sources}: no credential type has a source here`])
}

/** A folder with a source.json is a source; others hold data. */
const sourceNames = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'source.json')))
        .map(({ name }) => name)
        .sort()
    : []
