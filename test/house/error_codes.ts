import { file, isShipped, type Rule } from './rule.ts'
import { place, type Source, withoutComments } from './tree.ts'

/** One row of a table of codes, as it stands in the source. */
interface Row {
  readonly code: string
  readonly at: string
  readonly text: string
}

const TABLE = /export const [A-Z_]+_(?:CODES|ERRORS) = \{\n([\s\S]*?)\n\} as const/g

/** The rows of every table of codes: two spaces, the code, an object. */
function rowsOf(source: Source): Row[][] {
  return [...source.text.matchAll(TABLE)].map((table) => {
    const rows = [...(table[1] ?? '').matchAll(/^ {2}(['"]?)([a-z0-9_.-]+)\1: \{([\s\S]*?)\}(?=,?$)/gm)]
    return rows.map((row) => ({ code: row[2] ?? '', at: place(source, table.index), text: row[3] ?? '' }))
  })
}

const tablesOf = (tree: readonly Source[]): Row[][] => tree.filter(isShipped).flatMap(rowsOf)
const isProof = ({ path }: Source): boolean => /(^|\/)test\//.test(path) && !path.startsWith('test/house')

/** A code given to an error where it is made: `new XError('code'`, `new Refusal(404, 'code'`. */
const MADE = /\bnew \w*(?:Error|Refusal)\(\s*(?:\w+(?:\.\w+)?,\s*)?'([a-z]+(?:_[a-z0-9]+)+)'/g

export const codesAreComplete: Rule = {
  name: 'every code of an error has a section and a hint, in a sorted table',
  faults: (tree) => {
    const tables = tablesOf(tree)
    const incomplete = tables.flat().filter(({ text }) => !/\bspec: ['"`]./.test(text) || !/\bhint:\s+['"`]./.test(text))
    const unsorted = tables.flatMap((rows) => rows.filter(({ code }, index) => index > 0 && code <= (rows[index - 1]?.code ?? '')))
    return [
      ...incomplete.map(({ code, at }) => `${at}: ${code} lacks its section or its hint`),
      ...unsorted.map(({ code, at }) => `${at}: ${code} is not in its place`),
    ]
  },
  broken: [
    [file('issuer/src/errors.ts', "export const A_CODES = {\n  no_hint: { spec: 'RFC 1' },\n} as const\n")],
    [
      file(
        'issuer/src/errors.ts',
        "export const A_CODES = {\n  b: { spec: 'RFC 1', hint: 'x' },\n  a: { spec: 'RFC 1', hint: 'x' },\n} as const\n",
      ),
    ],
  ],
}

export const codesComeFromTables: Rule = {
  name: 'an error is made with a code of a table',
  faults: (tree) => {
    const known = new Set(tablesOf(tree).flatMap((rows) => rows.map(({ code }) => code)))
    return tree.filter(isShipped).flatMap((source) => {
      const made = [...withoutComments(source.text).matchAll(MADE)]
      return made.filter(([, code]) => !known.has(code ?? '')).map((match) => `${place(source, match.index)}: ${match[1]} is in no table`)
    })
  },
  broken: [[file('issuer/src/a.ts', "throw new Refusal(404, 'offer_not_there', 'ask again')\n")]],
}

export const codesAreProven: Rule = {
  name: 'every code of an error is named by a test or a vector',
  faults: (tree) => {
    const proofs = new Set(tree.filter(isProof).flatMap(({ text }) => text.match(/[a-z0-9]+(?:[_-][a-z0-9]+)+|[a-z0-9]+/g) ?? []))
    return tablesOf(tree)
      .flat()
      .filter(({ code }) => !proofs.has(code))
      .map(({ code, at }) => `${at}: no test names ${code}`)
  },
  broken: [
    [
      file('issuer/src/errors.ts', "export const A_CODES = {\n  offer_gone: { spec: 'RFC 1', hint: 'x' },\n} as const\n"),
      file('issuer/test/a.test.ts', "expect(error.code).toBe('offer_gone_too')\n"),
    ],
  ],
}
