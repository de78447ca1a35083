import { type CommandError, SettingsError as WrongSettings } from '@symbolon/command-line'
import { SettingsError } from '@symbolon/service'

/** What an error of the packages below means for whoever called the command; null for any other error. */
export const explain = (error: unknown): CommandError | null =>
  error instanceof SettingsError
    ? new WrongSettings(error.faults, 'correct what is named above; the README has a table of all settings')
    : null
