import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { type CredentialType, faultLine, parseType } from '@symbolon/credential'

/** The credential types in a folder, one folder each, sorted by name; and everything that is wrong with any of them, a line each. */
export function readTypes(folder: string): { types: CredentialType[]; faults: string[] } {
  if (!existsSync(folder)) return { types: [], faults: [`${folder}: there is no such folder`] }
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
  const read = names.map((name) => ({ name, ...parseType({ name, files: brickFiles(join(folder, name)) }) }))
  const types = read.flatMap(({ type }) => type ?? [])
  const faults = read.flatMap(({ name, faults }) => faults.map((fault) => `${name}/${faultLine(fault)}`))
  for (const [vct, same] of Map.groupBy(types, (type) => type.vct)) {
    if (same.length > 1) faults.push(`${same.map(({ name }) => name).join(', ')}: several types have the vct ${vct}`)
  }
  return { types, faults }
}

/** The files of a brick; none of a folder that is no brick, however much it holds. */
const brickFiles = (folder: string): Record<string, string> => (existsSync(join(folder, 'credential.json')) ? readFolder(folder) : {})

/** The text files of a folder and the folders in it, by their names relative to it, with `/` on every system. */
export function readFolder(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map(({ parentPath, name }) => join(parentPath, name))
  return Object.fromEntries(paths.map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path, 'utf8')]))
}
