/** Writes specs/errors.md from the tables of codes that the packages export; `npm run errors`. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const page = join(root, 'specs', 'errors.md')

type Table = Record<string, { spec: string; hint: string; status?: number }>

/** `@symbolon/sd-jwt` and so on: every package of the workspace. */
function packages(): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const manifests = globSync(
    workspaces.map((pattern: string) => `${pattern}/package.json`),
    { cwd: root },
  )
  const parsed = manifests.map((path) => JSON.parse(readFileSync(join(root, path), 'utf8')))
  return parsed
    .filter(({ exports }) => '.' in exports)
    .map(({ name }) => name as string)
    .sort()
}

const isTable = ([name, value]: [string, unknown]): boolean => /_(CODES|ERRORS)$/.test(name) && typeof value === 'object'

const cell = (text: string): string => text.replaceAll('|', '\\|')

function section(title: string, table: Table): string {
  const statuses = Object.values(table).some(({ status }) => status !== undefined)
  const head = ['code', ...(statuses ? ['HTTP'] : []), 'section', 'what to do']
  const rows = Object.entries(table).map(([code, { spec, hint, status }]) => {
    return [`\`${code}\``, ...(statuses ? [String(status ?? '')] : []), cell(spec), cell(hint)]
  })
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  return `## ${title}\n\n${lines.join('\n')}\n`
}

/** The whole page: one table per exported table of codes, packages in order. */
export async function errorsPage(): Promise<string> {
  const sections: string[] = []
  for (const name of packages()) {
    const door: Record<string, unknown> = await import(name)
    const tables = Object.entries(door).filter(isTable).sort()
    for (const [table, rows] of tables) sections.push(section(`${name} \`${table}\``, rows as Table))
  }
  return `# Codes of errors and checks

Written by \`npm run errors\` from the tables in the packages; a test compares. Codes stay what they are, sentences may change.
The sentences of checks and malformed artefacts in Dutch, French, German and English stand in \`packages/credential/src/words\`.

${sections.join('\n')}`
}

if (import.meta.main) writeFileSync(page, await errorsPage())
