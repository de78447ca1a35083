import { readFileSync } from 'node:fs'
import { SettingsError } from './errors.ts'
import { DEVELOPMENT_SECRET, secretOnce } from './files.ts'

/** The environment a process was started in. */
export type Environment = Readonly<Record<string, string | undefined>>

/** `development` is comfortable, `production` refuses whatever is only comfortable. */
export type Mode = 'development' | 'production'

/** One setting: its name in the environment, what it is for, how its text is read (throws an Error that says what is wrong with it). */
export interface Setting<T> {
  readonly name: string
  readonly help: string
  read(text: string): T
  /** Taken when the variable is absent; without it the setting is required. */
  readonly fallback?: T
  /** Required in production although there is a fallback. */
  readonly production?: 'required'
  /** Refused in production; answers what is wrong with the value, or null. */
  refuse?(value: T): string | null
}

/** The values of a table of settings. */
export type Values<Table> = { readonly [Key in keyof Table]: Table[Key] extends Setting<infer T> ? T : never }

/** Reads every setting of a table. Throws `SettingsError` with all faults; no value is repeated in a fault, it may be a secret in the wrong place. */
export function readSettings<const Table extends Readonly<Record<string, Setting<unknown>>>>(
  table: Table,
  environment: Environment,
): Values<Table> {
  const faults: string[] = []
  const mode = readMode(environment, faults)
  const values: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(table)) {
    const text = environment[setting.name]
    try {
      const value = text === undefined || text === '' ? absent(setting, mode) : setting.read(text)
      const refused = mode === 'production' && value !== undefined ? setting.refuse?.(value) : null
      if (refused) throw new Error(`${refused} (SYMBOLON_ENV is production)`)
      values[key] = value
    } catch (error) {
      faults.push(`${setting.name}: ${error instanceof Error ? error.message : 'cannot be read'} (${setting.help})`)
    }
  }
  if (faults.length > 0) throw new SettingsError(faults)
  return values as Values<Table>
}

function absent(setting: Setting<unknown>, mode: Mode): unknown {
  if (!('fallback' in setting)) throw new Error('is missing')
  if (mode === 'production' && setting.production === 'required') throw new Error('is missing; production has no default for it')
  return setting.fallback
}

function readMode(environment: Environment, faults: string[]): Mode {
  const text = environment.SYMBOLON_ENV ?? 'development'
  if (text === 'development' || text === 'production') return text
  faults.push('SYMBOLON_ENV: is neither development nor production')
  // Judge the rest by the stricter rules: nobody runs on this answer anyway.
  return 'production'
}

/** Reads SYMBOLON_ENV; part of every table. */
export const mode: Setting<Mode> = {
  name: 'SYMBOLON_ENV',
  help: 'development or production',
  read: (text) => text as Mode,
  fallback: 'development',
}

/** Any text. */
export const text = (value: string): string => value

/** A whole number within bounds. */
export const whole =
  (least: number, most: number) =>
  (value: string): number => {
    const number = Number(value)
    if (!/^[0-9]{1,15}$/.test(value) || number < least || number > most) throw new Error(`is not a whole number from ${least} to ${most}`)
    return number
  }

/** An address as peers use it: http or https, no query, no fragment, no credentials, no slash at the end. */
export function publicUrl(value: string): string {
  if (!URL.canParse(value)) throw new Error('is not a URL')
  const url = new URL(value)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('is neither https nor http')
  if (url.username !== '' || url.password !== '') throw new Error('holds a user name or a password')
  if (value.includes('?') || value.includes('#')) throw new Error('has a query or a fragment')
  if (value.endsWith('/')) throw new Error('ends with a slash; peers compare it byte for byte')
  if (url.href.replace(/\/$/, '') !== value)
    throw new Error('is not in the usual form: lower-case host, no default port, nothing to be escaped')
  return value
}

/** Says what production holds against a plain http address. */
export const httpsOnly = (value: unknown): string | null => (String(value).startsWith('https://') ? null : 'is not https')

/** The content of a secret's file, without the line end. Throws when it cannot be read or has fewer than 32 characters. */
export function secretFile(path: string): string {
  let content: string
  try {
    content = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch {
    throw new Error('names a file that cannot be read')
  }
  if (content.length < 32) throw new Error('names a file with fewer than 32 characters')
  return content
}

/** The secret for development in this file, made when it is missing. Throws `SettingsError` when what is there cannot be one. */
export function developmentSecret(path: string): string {
  secretOnce(path)
  try {
    return secretFile(path)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace('names', 'is') : 'is no secret'
    throw new SettingsError([`${path} ${why}: put a copy of it back, or remove it and a new one is made`])
  }
}

/** Says what production holds against a secret that `secretOnce` made. */
export const ownSecretOnly = (value: unknown): string | null =>
  String(value).startsWith(DEVELOPMENT_SECRET) ? 'is a secret made for development; make one of your own' : null
