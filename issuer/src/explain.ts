import { type CommandError, RefusedError, SettingsError as WrongSettings } from '@symbolon/command-line'
import { EBSI_ERRORS, EbsiError } from '@symbolon/ebsi'
import { SettingsError } from '@symbolon/service'

/** What an error of the packages below means for whoever called the command; null for any other error. */
export function explain(error: unknown): CommandError | null {
  if (error instanceof EbsiError) return new RefusedError(error.code, error.message, EBSI_ERRORS[error.code].hint)
  return error instanceof SettingsError
    ? new WrongSettings(error.faults, 'correct what is named above; the README has a table of all settings')
    : null
}
