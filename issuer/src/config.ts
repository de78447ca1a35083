import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseClients, type RegisteredClient } from '@symbolon/openid4vc'
import { parseJson } from '@symbolon/sd-jwt'
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
  type SignerPlace,
  type SigningPurpose,
  secretFile,
  text,
  whole,
} from '@symbolon/service'
import { SIGN_IN_TABLE, type SignInSettings, signInSettings } from './sign_in/settings.ts'

/** Everything the issuer is told from outside; made by `issuerSettings`. Lives are seconds. */
export interface Settings {
  readonly mode: Mode
  readonly home: string
  readonly trustFile: string
  readonly databaseUrl: string
  /** `dev`: https with a certificate of a local authority in the home. */
  readonly tls: 'dev' | undefined
  /** The credential issuer identifier; absent: that of `publicAddress`. */
  readonly url: string | undefined
  readonly host: string
  readonly port: number
  /** Absent in development only, where they are made in the home. */
  readonly adminToken: string | undefined
  readonly secret: string | undefined
  /** Where the identity on EBSI is kept, if there is one. */
  readonly ebsiFolder: string
  readonly signers: Readonly<Record<SigningPurpose, SignerPlace | undefined>>
  readonly types: string
  readonly sources: string
  /** Where the sources' connections lead, by name. */
  readonly connections: Readonly<Record<string, string>>
  readonly name: string
  /** The wallets the institution knows. */
  readonly clients: readonly RegisteredClient[]
  /** Absent in production when no setting says; then no type may need it. */
  readonly signIn: SignInSettings | undefined
  readonly offerLife: number
  readonly statusListSize: number
  readonly statusTtl: number
  readonly evidenceLife: number
  readonly bundleUpdate: number
  readonly logLevel: LogLevel
}

/** The settings of a command: those of its environment, with `--home` before SYMBOLON_HOME. Throws like `issuerSettings`. */
export const commandSettings = ({ home }: { readonly home?: string }): Settings =>
  issuerSettings(home === undefined ? process.env : { ...process.env, SYMBOLON_HOME: home })

/** The settings in an environment. Throws `SettingsError` with all faults at once. */
export function issuerSettings(environment: Environment): Settings {
  const values = readSettings(TABLE, environment)
  if (values.databaseUrl !== undefined && values.databaseUrlFile !== undefined) {
    throw new SettingsError(['ISSUER_DATABASE_URL_FILE: is given beside ISSUER_DATABASE_URL; keep one of them'])
  }
  if (values.tls !== undefined && values.url?.startsWith('http:')) {
    throw new SettingsError(['ISSUER_URL: is http although SYMBOLON_TLS asks for https; write https, or leave one of them away'])
  }
  const {
    credentialKey,
    credentialChain,
    statusKey,
    statusChain,
    bundleKey,
    bundleChain,
    accessKey,
    accessChain,
    databaseUrlFile,
    ...rest
  } = values
  const place = (key: string | undefined, chain: string | undefined) =>
    key !== undefined && chain !== undefined ? { key, chain } : undefined
  return {
    ...rest,
    signIn: signInSettings(values, values.mode),
    trustFile: values.trustFile ?? join(values.home, 'trust.json'),
    ebsiFolder: values.ebsiFolder ?? join(values.home, 'issuer', 'ebsi'),
    connections: values.connections ?? { synthetic: syntheticSource(values.home) },
    databaseUrl: values.databaseUrl ?? databaseUrlFile ?? pathToFileURL(join(values.home, 'issuer', 'issuer.sqlite')).href,
    signers: {
      credential: place(credentialKey, credentialChain),
      status: place(statusKey, statusChain),
      bundle: place(bundleKey, bundleChain),
      access: place(accessKey, accessChain),
    },
  }
}

/** Where wallets reach an issuer that listens on this port. */
export const publicAddress = ({ url, tls }: Pick<Settings, 'url' | 'tls'>, port: number): string =>
  url ?? `${tls === undefined ? 'http' : 'https'}://localhost:${port}`

const seconds = (name: string, help: string, least: number, most: number, fallback: number): Setting<number> => ({
  name,
  help: `${help}, in seconds`,
  read: whole(least, most),
  fallback,
})

const path = (name: string, help: string, fallback: string): Setting<string> => ({
  name,
  help,
  read: (value) => resolve(value),
  fallback: resolve(fallback),
})

/** Named by the operator; development has its own. */
const file = (name: string, help: string): Setting<string | undefined> => ({
  name,
  help,
  read: (value) => resolve(value),
  fallback: undefined,
  production: 'required',
})

const secret = (name: string, help: string): Setting<string | undefined> => ({
  ...file(name, help),
  read: secretFile,
  refuse: ownSecretOnly,
})

function localTls(value: string): 'dev' {
  if (value !== 'dev') throw new Error('is not dev')
  return value
}

function logLevel(value: string): LogLevel {
  const level = LOG_LEVELS.find((one) => one === value)
  if (level === undefined) throw new Error('is no level of the log')
  return level
}

const database = (name: string, help: string, read: (value: string) => string): Setting<string | undefined> => ({
  ...{ name, help, read, fallback: undefined },
  refuse: (url) => (url === undefined ? null : privateDatabaseOnly(url)),
})

function databaseUrlIn(value: string): string {
  let content: string
  try {
    content = readFileSync(value, 'utf8').trim()
  } catch {
    throw new Error('names a file that cannot be read')
  }
  return databaseUrl(content)
}

function connectionsFile(value: string): Readonly<Record<string, string>> {
  let document: unknown
  try {
    document = JSON.parse(readFileSync(value, 'utf8'))
  } catch {
    throw new Error('names a file that cannot be read as JSON')
  }
  const entries = typeof document === 'object' && document !== null && !Array.isArray(document) ? Object.entries(document) : undefined
  if (!entries?.every(([, target]) => typeof target === 'string')) throw new Error('names a file that is not an object of texts')
  return Object.fromEntries(entries)
}

function clientsFile(value: string): readonly RegisteredClient[] {
  let text: string
  try {
    text = readFileSync(value, 'utf8')
  } catch {
    throw new Error('names a file that cannot be read')
  }
  try {
    return parseClients(parseJson(text))
  } catch (error) {
    throw new Error(`names a file in which something is wrong: ${error instanceof Error ? error.message : 'it cannot be read'}`)
  }
}

/** Where the synthetic persons of a development home are. */
export const syntheticSource = (home: string): string => join(home, 'issuer', 'source.sqlite')

const own = (folder: string): string => fileURLToPath(new URL(folder, import.meta.url))

const TABLE = {
  mode,
  home: path('SYMBOLON_HOME', 'the data folder', '.symbolon'),
  trustFile: { ...path('SYMBOLON_TRUST', 'the trust file', ''), fallback: undefined } as Setting<string | undefined>,
  databaseUrl: database('ISSUER_DATABASE_URL', 'where the issuer keeps its records; absent: one file in the home', databaseUrl),
  databaseUrlFile: database('ISSUER_DATABASE_URL_FILE', 'a file with that address, when it holds a password', databaseUrlIn),
  url: {
    name: 'ISSUER_URL',
    help: 'the public address, byte for byte as wallets will compare it',
    read: publicUrl,
    fallback: undefined,
    production: 'required',
    refuse: httpsOnly,
  } as Setting<string | undefined>,
  tls: {
    name: 'SYMBOLON_TLS',
    help: 'dev: https with a certificate of a local authority in the home; absent: http, or whatever stands before the issuer',
    read: localTls,
    fallback: undefined,
    refuse: () => 'is a certificate for development',
  } as Setting<'dev' | undefined>,
  host: { name: 'ISSUER_HOST', help: 'the address to listen on', read: text, fallback: '127.0.0.1' },
  port: { name: 'ISSUER_PORT', help: 'the port to listen on; 0: any free one', read: whole(0, 65_535), fallback: 4000 },
  adminToken: secret('ISSUER_ADMIN_TOKEN_FILE', 'a file with the bearer token for /admin'),
  secret: secret('ISSUER_SECRET_FILE', 'a file with the secret that pseudonyms and nonces are made with'),
  credentialKey: file('ISSUER_CREDENTIAL_KEY_FILE', 'the key that signs credentials, PEM'),
  credentialChain: file('ISSUER_CREDENTIAL_CHAIN_FILE', 'its certificate and those above it, without the anchor, PEM'),
  statusKey: file('ISSUER_STATUS_KEY_FILE', 'the key that signs status lists, PEM'),
  statusChain: file('ISSUER_STATUS_CHAIN_FILE', 'its certificates, PEM'),
  bundleKey: file('ISSUER_BUNDLE_KEY_FILE', 'the key that signs bundles, PEM'),
  bundleChain: file('ISSUER_BUNDLE_CHAIN_FILE', 'its certificates, PEM'),
  accessKey: file('ISSUER_ACCESS_KEY_FILE', 'the key of the access certificate, PEM'),
  accessChain: file('ISSUER_ACCESS_CHAIN_FILE', 'its certificates, PEM'),
  ebsiFolder: {
    ...path('ISSUER_EBSI_FOLDER', 'the folder of the identity on EBSI and its keys; absent: issuer/ebsi in the home', ''),
    fallback: undefined,
  } as Setting<string | undefined>,
  types: path('ISSUER_TYPES', 'the folder of credential types', own('../../specs/credentials')),
  sources: path('ISSUER_SOURCES', 'the folder of sources', own('../sources')),
  connections: {
    name: 'ISSUER_CONNECTIONS_FILE',
    help: 'a JSON file that says where the connections of the sources lead: { "name": "/path/of/a.sqlite" }',
    read: connectionsFile,
    fallback: undefined,
    production: 'required',
  } as Setting<Readonly<Record<string, string>> | undefined>,
  name: { name: 'ISSUER_NAME', help: 'the name wallets show', read: text, fallback: 'Symbolon demonstration issuer' },
  clients: {
    name: 'ISSUER_CLIENTS_FILE',
    help: 'a JSON file of the wallets this institution knows: [{ client_id, name, redirect_uris, authentication, jwks? }]',
    read: clientsFile,
    fallback: [],
  } as Setting<readonly RegisteredClient[]>,
  ...SIGN_IN_TABLE,
  offerLife: seconds('ISSUER_OFFER_LIFE', 'how long an offer can be redeemed', 30, 3600, 600),
  statusListSize: {
    name: 'ISSUER_STATUS_LIST_SIZE',
    help: 'entries of a status list; more hide one credential among more',
    read: whole(8, 16_777_216),
    fallback: 1_048_576,
  },
  statusTtl: seconds('ISSUER_STATUS_TTL', 'after how long a status list is worth fetching again', 1, 86_400, 900),
  evidenceLife: seconds('ISSUER_EVIDENCE_LIFE', 'how long a status list or bundle says anything', 60, 2_592_000, 604_800),
  bundleUpdate: seconds('ISSUER_BUNDLE_UPDATE', 'after how long a bundle is worth fetching again', 1, 604_800, 3600),
  logLevel: { name: 'ISSUER_LOG_LEVEL', help: LOG_LEVELS.join(', '), read: logLevel, fallback: 'info' as LogLevel },
} as const
