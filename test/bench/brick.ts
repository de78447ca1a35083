import { readdirSync, readFileSync } from 'node:fs'
import { type CredentialType, parseType } from '@symbolon/credential'

/** A credential type of this repository. */
export function brick(name: string): CredentialType {
  const folder = new URL(`../../specs/credentials/${name}/`, import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(json|svg)$/.test(file))
  const { type } = parseType({ name, files: Object.fromEntries(files.map((file) => [file, readFileSync(new URL(file, folder), 'utf8')])) })
  if (type === undefined) throw new Error(`the type ${name} cannot be read`)
  return type
}
