import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** One file of the repository. */
export interface Source {
  /** From the root, with `/`. */
  readonly path: string
  readonly text: string
}

export const ROOT = resolve(import.meta.dirname, '../..')

const BINARY = /\.(png|jpe?g|gif|ico|woff2?|der|zlib|gz|sqlite|wasm)$/

/** Every file that is, or is about to be, part of the repository: tracked, or new and not ignored. */
export function listFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 })
  const there = listed.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)))
  return [...new Set(there)].sort()
}

/** Those files with their text. */
export function readTree(): Source[] {
  const paths = listFiles().filter((path) => !BINARY.test(path))
  return paths.map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}

/** String, template and regular-expression literals, or a comment: whichever begins first. */
const LITERAL_OR_COMMENT =
  /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<=[(,=:[!&|?{};]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/|(\/\*[\s\S]*?\*\/|\/\/[^\n]*)/g

/** The text of a program without its comments; lines keep their numbers. */
export function withoutComments(text: string): string {
  return text.replace(LITERAL_OR_COMMENT, (match, comment?: string) => (comment === undefined ? match : match.replace(/[^\n]/g, ' ')))
}

/** The text of a program without comments and without what its plain strings say; templates stay, they hold code. */
export function withoutWords(text: string): string {
  return withoutComments(text).replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, "''")
}

/** What a module imports: the specifiers of import, export-from and import(). */
export function imports(text: string): string[] {
  const plain = withoutComments(text)
  const statements = plain.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*(['"])(.*?)\1|(?:^|\n)\s*import\s*(['"])(.*?)\3/g)
  const calls = plain.matchAll(/\bimport\s*\(\s*(['"`])(.*?)\1/g)
  return [...[...statements].map((match) => match[2] ?? match[4] ?? ''), ...[...calls].map((match) => match[2] ?? '')]
}

/** `path:line` of a place in a text. */
export function place(source: Source, index: number): string {
  return `${source.path}:${source.text.slice(0, index).split('\n').length}`
}
