import { readdirSync, readFileSync } from 'node:fs'
import { type CredentialType, parseType } from '@symbolon/credential'

/** The files of a credential type of this repository, by their names. */
export function filesOf(name: string): Record<string, string> {
  const folder = new URL(`../../specs/credentials/${name}/`, import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(json|svg)$/.test(file))
  return Object.fromEntries(files.map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]))
}

/** A credential type of this repository. */
export function brick(name: string): CredentialType {
  const { type } = parseType({ name, files: filesOf(name) })
  if (type === undefined) throw new Error(`the type ${name} cannot be read`)
  return type
}
