import { join, resolve } from 'node:path'
import { trustLocalAuthority } from '@symbolon/command-line'
import { type Language, pickLanguage } from '@symbolon/credential'
import type { EbsiSettings } from '@symbolon/ebsi'
import { ebsiSettings } from './mechanisms.ts'

/** The options that go before the environment. */
export interface Given {
  readonly home?: string
  readonly trust?: string
  readonly lang?: string
}

/** Where the verifier keeps its things, whom it trusts, and the language it speaks. */
export interface Settings {
  readonly home: string
  readonly trustFile: string
  /** Whether an option or the environment says where it is; else it is what lies in the working folder. */
  readonly isTrustNamed: boolean
  readonly mode: 'development' | 'production'
  readonly language: Language
}

/** As the environment says of the local authority of development (`SYMBOLON_TLS=dev`). */
export const trustConnections = (): boolean => trustLocalAuthority(process.env)

/** Settings from options first, then from the environment, then as the README says. An empty variable counts as absent. */
export function settings({ home, trust, lang }: Given): Settings {
  const { SYMBOLON_ENV, SYMBOLON_HOME, SYMBOLON_TRUST, LANG } = process.env
  const base = resolve(home ?? (SYMBOLON_HOME || '.symbolon'))
  return {
    home: join(base, 'verifier'),
    trustFile: resolve(trust ?? (SYMBOLON_TRUST || join(base, 'trust.json'))),
    isTrustNamed: [trust, SYMBOLON_TRUST, home, SYMBOLON_HOME].some(Boolean),
    // What is neither is judged by the stricter rules.
    mode: (SYMBOLON_ENV || 'development') === 'development' ? 'development' : 'production',
    // A locale is a language tag and more: nl_BE.UTF-8, de@euro.
    language: pickLanguage([(lang ?? LANG ?? '').split(/[.@]/, 1).join('')]),
  }
}

/** What a verifier decides about accreditations of EBSI, from the environment. Throws `SettingsError`. */
export const ebsi = (): EbsiSettings => ebsiSettings(process.env)

/** The environment of a command, with `--home` before SYMBOLON_HOME. */
export const environment = ({ home }: Pick<Given, 'home'>): NodeJS.ProcessEnv =>
  home === undefined ? process.env : { ...process.env, SYMBOLON_HOME: home }
