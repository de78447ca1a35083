import { type CommandError, EXIT, RefusedError, SettingsError } from '@symbolon/command-line'
import { CredentialError, sentence } from '@symbolon/credential'
import { SdJwtError } from '@symbolon/sd-jwt'
import { settings } from './config.ts'

/** Faults in what the verifier itself was set up with; every other malformed artefact came from somebody else. */
const OF_SETTINGS: readonly string[] = ['bundle_memory_malformed', 'trust_file_malformed', 'type_malformed']

/** What a malformed artefact means for whoever called the command; null for any other error. */
export function explain(error: unknown): CommandError | null {
  if (!(error instanceof CredentialError || error instanceof SdJwtError)) return null
  const hint = sentence(error.code, {}, settings({}).language)
  if (OF_SETTINGS.includes(error.code)) return new SettingsError([error.message], hint, error.code)
  return new RefusedError(error.code, error.message, hint)
}

/** The exit code of an outcome. */
export const EXIT_OF = { pass: EXIT.done, fail: EXIT.refused, unknown: EXIT.unknown } as const

/** The exit code of an answer. */
export const EXIT_OF_ANSWER = { yes: EXIT.done, no: EXIT.refused, unknown: EXIT.unknown } as const
