import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { type CredentialType, faultLine, parseType } from '@symbolon/credential'
import { parseQuestion, type Question } from '@symbolon/question'
import { SettingsError } from './errors.ts'

/** The credential types in a folder, one folder each, sorted by name; and everything that is wrong with any of them, a line each. */
export function readTypes(folder: string): { types: CredentialType[]; faults: string[] } {
  if (!existsSync(folder)) return { types: [], faults: [`${folder}: there is no such folder`] }
  const read = foldersIn(folder).map((name) => ({ name, ...parseType({ name, files: brickFiles(join(folder, name)) }) }))
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

/**
 * The types of these folders, by `vct`.
 *
 * Throws `SettingsError` (78) with all faults of all of them; two for one `vct` are a fault, for nobody could say which one decides.
 */
export function loadTypes(folders: readonly string[]): ReadonlyMap<string, CredentialType> {
  const types = new Map<string, CredentialType>()
  const faults: string[] = []
  for (const folder of folders) {
    const read = readTypes(folder)
    faults.push(...read.faults)
    for (const type of read.types) {
      const other = types.get(type.vct)
      if (other !== undefined) faults.push(`${type.name}: ${other.name} has this vct already`)
      types.set(type.vct, type)
    }
  }
  if (faults.length > 0) throw new SettingsError(faults, 'correct the files named above, or install this program again', 'type_malformed')
  return types
}

/**
 * The questions of these folders, by name.
 *
 * Throws `SettingsError` (78) with all faults of all of them; a name that stands in two folders is one.
 */
export function loadQuestions(types: ReadonlyMap<string, CredentialType>, folders: readonly string[]): ReadonlyMap<string, Question> {
  const questions = new Map<string, Question>()
  const faults: string[] = []
  for (const folder of folders) {
    if (!existsSync(folder)) faults.push(`${folder}: there is no such folder`)
    for (const name of existsSync(folder) ? foldersIn(folder) : []) {
      const read = parseQuestion({ name, files: readFolder(join(folder, name)) }, types)
      faults.push(...read.faults.map((fault) => `${name}/${faultLine(fault)}`))
      if (questions.has(name)) faults.push(`${name}: there is another question of this name`)
      if (read.question) questions.set(name, read.question)
    }
  }
  if (faults.length > 0) throw new SettingsError(faults, 'correct the files named above (specs/question.md)', 'question_malformed')
  return questions
}

const foldersIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
