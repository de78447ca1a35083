/** What the exit code of every command means; 64, 70 and 78 are those of sysexits.h. */
export const EXIT = {
  /** Done, or `pass`. */
  done: 0,
  /** `fail`, or refused by a peer or by a rule. */
  refused: 1,
  /** `unknown`: it could not be checked. */
  unknown: 2,
  /** The command was called in a wrong way. */
  usage: 64,
  /** Our own fault. */
  internal: 70,
  /** The settings or the trust file are wrong. */
  settings: 78,
} as const

/** A fault with an exit code, a code for programs, and what to do about it. Never holds claim values, keys, tokens or national numbers. */
export class CommandError extends Error {
  readonly exit: number
  readonly code: string
  readonly hint: string | undefined
  constructor(exit: number, code: string, message: string, hint?: string) {
    super(message)
    this.exit = exit
    this.code = code
    this.hint = hint
  }
}

/** The command was called in a wrong way: exit 64. */
export class UsageError extends CommandError {
  constructor(message: string, hint?: string, code = 'usage') {
    super(EXIT.usage, code, message, hint)
    this.name = 'UsageError'
  }
}

/** Settings are wrong: exit 78, all faults at once. */
export class SettingsError extends CommandError {
  constructor(faults: readonly string[], hint?: string, code = 'settings') {
    super(EXIT.settings, code, faults.join('\n'), hint)
    this.name = 'SettingsError'
  }
}

/** A peer or a rule said no: exit 1. */
export class RefusedError extends CommandError {
  constructor(code: string, message: string, hint?: string) {
    super(EXIT.refused, code, message, hint)
    this.name = 'RefusedError'
  }
}
