import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { SettingsError, trustLocalAuthority } from '@symbolon/command-line'
import { pickLanguage } from '@symbolon/credential'
import { DEFAULT_NETWORK, NETWORKS, parseRegistries, type Registry } from '@symbolon/ebsi'

/** Where this wallet's files are, and what the environment says. */
export interface Settings {
  readonly home: string
  /** The container. */
  readonly walletFile: string
  readonly lockFile: string
  /** Held by the one process that fetches credentials. */
  readonly fetchLock: string
  readonly trustFile: string
  /** The file that holds the passphrase; absent: ask on the terminal. */
  readonly passphraseFile?: string
  /** The languages for names and labels, best first. */
  readonly languages: readonly string[]
}

/** What a command line says about settings; it goes before the environment. */
export interface Given {
  readonly home?: string
  readonly trust?: string
  readonly 'passphrase-file'?: string
}

/** As the environment says of the local authority of development (`SYMBOLON_TLS=dev`). */
export const trustConnections = (): boolean => trustLocalAuthority(process.env)

/** The registries of EBSI that may be asked about issuers; throws `SettingsError` for what cannot be read. */
export function registries(): readonly Registry[] {
  const { SYMBOLON_EBSI_REGISTRIES: text } = process.env
  const found = parseRegistries(text || DEFAULT_NETWORK)
  if (found === null)
    throw new SettingsError([
      `SYMBOLON_EBSI_REGISTRIES: must be one network: one of ${NETWORKS.join(', ')}, or NETWORK=URL, several with spaces between them`,
    ])
  return found
}

/** Where accreditations of issuers are looked up, as people say it. */
export function registryWords(): string {
  const roots = registries().map(({ root }) => root)
  const unset = process.env.SYMBOLON_EBSI_REGISTRIES ? '' : ', the production network of EBSI, as SYMBOLON_EBSI_REGISTRIES is not set'
  return `${roots.join(', ')}${unset}`
}

/** The settings of this process: the only place that reads the environment. An empty variable counts as absent. */
export function settings(given: Given): Settings {
  const { SYMBOLON_HOME, SYMBOLON_TRUST, SYMBOLON_PASSPHRASE_FILE, LANG } = process.env
  const home = resolve(given.home ?? (SYMBOLON_HOME ? join(SYMBOLON_HOME, 'wallet') : join(homedir(), '.symbolon', 'wallet')))
  const passphraseFile = given['passphrase-file'] ?? SYMBOLON_PASSPHRASE_FILE
  return {
    home,
    walletFile: join(home, 'wallet.jwe'),
    lockFile: join(home, 'wallet.lock'),
    fetchLock: join(home, 'fetch.lock'),
    // Issuer, verifier and wallet share one trust file when they share a data folder; a wallet alone has its own.
    trustFile: resolve(given.trust ?? (SYMBOLON_TRUST || join(SYMBOLON_HOME || home, 'trust.json'))),
    ...(passphraseFile && { passphraseFile: resolve(passphraseFile) }),
    // A locale is a language tag and more: nl_BE.UTF-8, de@euro.
    languages: [pickLanguage([(LANG ?? '').split(/[.@]/, 1).join('')]), 'en'],
  }
}
