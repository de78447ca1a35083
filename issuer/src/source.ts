import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Fault, faultLine, type Mapping, parseMapping, type Row } from '@symbolon/credential'
import { type Awaitable, isObject, type Json, parseJson } from '@symbolon/sd-jwt'

/** An institution's authentic source for one type, open and ready to be asked. */
export interface Source {
  /** How a row becomes claims. */
  readonly mapping: Mapping
  readonly rowOf?: string
  /**
   * The row of that person on that day, or null when the source has nothing to say about it.
   *
   * `today` is the local date. `holder` is who will carry the credential, when that is not the person: a source whose
   * query does not ask who the holder is has nothing for anybody else.
   */
  find(subject: string, today: string, holder?: string): Awaitable<Row | null>
  close(): void
}

/** Where to reach what source.json calls by a name; for kind `sql`, the path of an SQLite file. */
export interface Connections {
  readonly [name: string]: string
}

/** The private half of a brick, read and found right. */
export interface SourceFolder {
  readonly kind: keyof typeof KINDS
  readonly connection: string
  readonly query: string
  readonly mapping: Mapping
  /** The type whose rows these are, when it is another one. */
  readonly rowOf?: string
}

/** A source that is not as specs/credential-type.md asks, or that cannot be opened; the message names every fault. */
export class SourceError extends Error {
  readonly faults: readonly Fault[]
  constructor(directory: string, faults: readonly Fault[]) {
    super([`the source in ${directory} cannot be used`, ...faults.map(faultLine)].join('\n  '))
    this.name = 'SourceError'
    this.faults = faults
  }
}

const fault = (file: string, path: string, message: string): Fault => ({ file, path, code: 'source_malformed', message })

/** Reads source.json, claims.json and query.sql of one type; all faults at once. With `row_of` the rows are those of the type beside it. */
export function readSource(directory: string, isAskedForRows = false): { folder?: SourceFolder; faults: Fault[] } {
  const faults: Fault[] = []
  const { rowOf, ...settings } = readSettings(readFile(directory, 'source.json', faults), faults)
  if (rowOf !== undefined && isAskedForRows)
    return { faults: [fault('source.json', '/row_of', 'its rows are those of another type themselves')] }
  const rows = rowOf === undefined ? { ...settings, query: readQuery(directory, faults) } : rowsOf(rowOf, directory, faults)
  const { mapping, faults: more } = parseMapping(readFile(directory, 'claims.json', faults))
  faults.push(...more)
  if (rows?.kind === undefined || rows.connection === undefined || mapping === undefined || faults.length > 0) return { faults }
  const { kind, connection, query } = rows
  return { folder: { kind, connection, query, mapping, ...(rowOf !== undefined && { rowOf }) }, faults }
}

function readFile(directory: string, file: string, faults: Fault[]): string {
  const path = join(directory, file)
  if (existsSync(path)) return readFileSync(path, 'utf8')
  faults.push(fault(file, '', 'the file is not there'))
  return ''
}

function readQuery(directory: string, faults: Fault[]): string {
  const query = readFile(directory, 'query.sql', faults)
  if (query !== '' && !parameters(query).has('subject')) faults.push(fault('query.sql', '', 'it must ask for one person: use :subject'))
  return query
}

/** The rows of the type that stands beside it; what is wrong there is told there. */
function rowsOf(name: string, directory: string, faults: Fault[]): SourceFolder | undefined {
  const beside = join(dirname(directory), name)
  if (existsSync(join(directory, 'query.sql'))) faults.push(fault('query.sql', '', 'the rows are those of another type'))
  const found = existsSync(join(beside, 'source.json')) ? readSource(beside, true) : undefined
  if (found === undefined) faults.push(fault('source.json', '/row_of', `there is no source ${name}`))
  else if (found.folder === undefined)
    faults.push(fault('source.json', '/row_of', `the source ${name} cannot be used: it is broken, or has no rows of its own`))
  return found?.folder
}

interface SourceSettings {
  kind?: keyof typeof KINDS
  connection?: string
  rowOf?: string
}

function readSettings(text: string, faults: Fault[]): SourceSettings {
  if (text === '') return {}
  let settings: Json
  try {
    settings = parseJson(text)
  } catch (error) {
    faults.push(fault('source.json', '', error instanceof Error ? error.message : 'not JSON'))
    return {}
  }
  const { kind, connection, row_of: rowOf, ...rest } = isObject(settings) ? settings : {}
  faults.push(...Object.keys(rest).map((name) => fault('source.json', `/${name}`, `"${name}" has no place here`)))
  if (rowOf !== undefined) {
    // A folder beside this one, and no path that leads elsewhere.
    if (typeof rowOf === 'string' && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(rowOf) && kind === undefined && connection === undefined)
      return { rowOf }
    faults.push(fault('source.json', '/row_of', 'the name of a source, alone: kind and connection are those of that one'))
    return {}
  }
  const named = typeof connection === 'string' && connection !== ''
  if (!isKind(kind)) faults.push(fault('source.json', '/kind', `one of ${Object.keys(KINDS).join(', ')}`))
  if (!named) faults.push(fault('source.json', '/connection', 'the name of a connection'))
  return isKind(kind) && named ? { kind, connection } : {}
}

const isKind = (name: unknown): name is keyof typeof KINDS => typeof name === 'string' && Object.hasOwn(KINDS, name)

/** Opens the source in that folder; throws `SourceError` with everything that is wrong. Close it when done. */
export function openSource(directory: string, connections: Connections): Source {
  const { folder, faults } = readSource(directory)
  if (folder === undefined) throw new SourceError(directory, faults)
  const target = Object.hasOwn(connections, folder.connection) ? connections[folder.connection] : undefined
  if (target === undefined)
    throw new SourceError(directory, [fault('source.json', '/connection', 'no setting says where this connection leads')])
  try {
    return KINDS[folder.kind](folder, target)
  } catch (error) {
    throw new SourceError(directory, [fault('query.sql', '', error instanceof Error ? error.message : 'the query cannot be prepared')])
  }
}

/** Every kind of source: how to open one. */
const KINDS = { sql: openSql } as const

/** A query on an SQLite file, which is opened so that nothing can write to it. */
function openSql({ query, mapping, rowOf }: SourceFolder, path: string): Source {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
  try {
    database.exec('pragma query_only = on')
    const statement = database.prepare(query)
    statement.setAllowUnknownNamedParameters(true)
    const asksHolder = parameters(query).has('holder')
    return {
      mapping,
      ...(rowOf !== undefined && { rowOf }),
      find(subject, today, holder = subject) {
        if (holder !== subject && !asksHolder) return null
        const [row, another] = statement.iterate({ subject, today, holder }).take(2)
        if (another !== undefined) throw new Error('the query of the source gives several rows for one person')
        return row ?? null
      },
      close: () => database.close(),
    }
  } catch (error) {
    database.close()
    throw error
  }
}

/** The names of the parameters that a query uses outside its comments. */
const parameters = (query: string): Set<string> => new Set(query.replaceAll(/--.*$/gm, '').match(/(?<=:)[a-z]+\b/g))
