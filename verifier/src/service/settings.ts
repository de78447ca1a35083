import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { EbsiSettings } from '@symbolon/ebsi'
import {
  databaseUrl,
  type Environment,
  httpsOnly,
  LOG_LEVELS,
  type LogLevel,
  type Mode,
  mode,
  ownSecretOnly,
  privateDatabaseOnly,
  publicUrl,
  readSettings,
  type Setting,
  SettingsError,
  secretFile,
  text,
  whole,
} from '@symbolon/service'
import { ebsiSettings } from '../mechanisms.ts'

/** Everything the verifier's service is told from outside. */
export interface ServiceSettings {
  readonly mode: Mode
  readonly home: string
  readonly trustFile: string
  readonly databaseUrl: string
  readonly tls: 'dev' | undefined
  readonly url: string | undefined
  readonly host: string
  readonly port: number
  /** Absent in development only, where it is made in the home. */
  readonly secret: string | undefined
  /** The folder of relying parties; absent in development only. */
  readonly relyingParties: string | undefined
  readonly questions: string | undefined
  readonly types: string | undefined
  /** Which private networks evidence may be fetched from: none, this machine, or any. */
  readonly privateNetworks: 'none' | 'loopback' | 'all'
  /** How long a request may be answered, in seconds. */
  readonly requestLife: number
  /** What is decided about accreditations of EBSI. */
  readonly ebsi: EbsiSettings
  readonly logLevel: LogLevel
}

/** The settings in an environment. Throws `SettingsError` with all faults at once. */
export function verifierSettings(environment: Environment): ServiceSettings {
  const { databaseUrlFile, privateNetworks, ...values } = readSettings(TABLE, environment)
  if (values.databaseUrl !== undefined && databaseUrlFile !== undefined)
    throw new SettingsError(['VERIFIER_DATABASE_URL_FILE: is given beside VERIFIER_DATABASE_URL; keep one of them'])
  return {
    ...values,
    ebsi: ebsiSettings(environment),
    trustFile: values.trustFile ?? join(values.home, 'trust.json'),
    databaseUrl: values.databaseUrl ?? databaseUrlFile ?? pathToFileURL(join(values.home, 'verifier', 'verifier.sqlite')).href,
    privateNetworks: privateNetworks ?? (values.mode === 'development' ? 'loopback' : 'none'),
  }
}

const optional = <T>(name: string, help: string, read: (value: string) => T): Setting<T | undefined> => ({
  name,
  help,
  read,
  fallback: undefined,
})
const path = (value: string): string => resolve(value)

function oneOf<const T extends string>(...known: readonly T[]) {
  return (value: string): T => {
    const found = known.find((one) => one === value)
    if (found === undefined) throw new Error(`is none of ${known.join(', ')}`)
    return found
  }
}

function fileWith(read: (text: string) => string) {
  return (value: string): string => {
    let content: string
    try {
      content = readFileSync(value, 'utf8').trim()
    } catch {
      throw new Error('names a file that cannot be read')
    }
    return read(content)
  }
}

const privately = (url: string | undefined): string | null => (url === undefined ? null : privateDatabaseOnly(url))

const TABLE = {
  mode,
  home: { name: 'SYMBOLON_HOME', help: 'the data folder', read: path, fallback: resolve('.symbolon') } as Setting<string>,
  trustFile: optional('SYMBOLON_TRUST', 'the trust file', path),
  databaseUrl: {
    ...optional('VERIFIER_DATABASE_URL', 'where the verifier keeps its requests; absent: one file in the home', databaseUrl),
    refuse: privately,
  },
  databaseUrlFile: {
    ...optional('VERIFIER_DATABASE_URL_FILE', 'a file with that address, when it holds a password', fileWith(databaseUrl)),
    refuse: privately,
  },
  url: {
    ...optional('VERIFIER_URL', 'the public address, byte for byte', publicUrl),
    production: 'required',
    refuse: httpsOnly,
  } as Setting<string | undefined>,
  tls: {
    ...optional('SYMBOLON_TLS', 'dev: https with a certificate of a local authority in the home', oneOf('dev')),
    refuse: () => 'is a certificate for development',
  } as Setting<'dev' | undefined>,
  host: { name: 'VERIFIER_HOST', help: 'the address to listen on', read: text, fallback: '127.0.0.1' } as Setting<string>,
  port: {
    name: 'VERIFIER_PORT',
    help: 'the port to listen on; 0: any free one',
    read: whole(0, 65_535),
    fallback: 4001,
  } as Setting<number>,
  secret: {
    ...optional('VERIFIER_SECRET_FILE', 'a file with the secret that keys of requests are sealed with', secretFile),
    production: 'required',
    refuse: ownSecretOnly,
  } as Setting<string | undefined>,
  relyingParties: { ...optional('VERIFIER_RELYING_PARTIES', 'the folder of relying parties', path), production: 'required' } as Setting<
    string | undefined
  >,
  questions: optional('VERIFIER_QUESTIONS', 'a folder of further questions (specs/question.md)', path),
  types: optional('VERIFIER_TYPES', 'a folder of further types (specs/credential-type.md)', path),
  privateNetworks: optional(
    'VERIFIER_PRIVATE_NETWORKS',
    'which private networks evidence may be fetched from: none, loopback, all',
    oneOf('none', 'loopback', 'all'),
  ),
  requestLife: {
    name: 'VERIFIER_REQUEST_LIFE',
    help: 'how long a request may be answered, in seconds',
    read: whole(30, 3600),
    fallback: 300,
  } as Setting<number>,
  logLevel: { name: 'VERIFIER_LOG_LEVEL', help: LOG_LEVELS.join(', '), read: oneOf(...LOG_LEVELS), fallback: 'info' } as Setting<LogLevel>,
}
