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

/** Every code of this package: what to do unless the message says it better. Rows sorted by code. */
export const COMMAND_CODES = {
  busy: { spec: 'packages/command-line/README.md', hint: 'wait until the other process is done and try again' },
  file_not_text: { spec: 'packages/command-line/README.md', hint: 'give a text file in UTF-8' },
  file_too_large: { spec: 'packages/command-line/README.md', hint: 'look whether it is the right file' },
  file_unreadable: { spec: 'packages/command-line/README.md', hint: 'name a file that can be read, or - for standard input' },
  file_unwritable: {
    spec: 'packages/command-line/README.md',
    hint: 'make room or give yourself the right to write there, or name another place',
  },
  internal: { spec: 'packages/command-line/README.md', hint: 'please report it with these lines' },
  no_answer: { spec: 'packages/command-line/README.md', hint: 'call the command again and answer' },
  not_a_terminal: { spec: 'packages/command-line/README.md', hint: 'call the command on a terminal, or with the option that answers' },
  not_confirmed: { spec: 'packages/command-line/README.md', hint: 'compare the fingerprint with its owner by another way first' },
  not_there: { spec: 'packages/command-line/README.md', hint: '`trust list` shows the entries there are' },
  settings: { spec: 'packages/command-line/README.md', hint: 'correct what is named above' },
  trust_file_missing: {
    spec: 'packages/command-line/README.md',
    hint: 'make one with `trust add`, or name another with --trust or SYMBOLON_TRUST',
  },
  trust_file_unreadable: { spec: 'packages/command-line/README.md', hint: 'name another with --trust or SYMBOLON_TRUST' },
  usage: { spec: 'packages/command-line/README.md', hint: '--help says more' },
} as const satisfies Record<string, { spec: string; hint: string }>

const hintOf = (code: string): string | undefined =>
  Object.hasOwn(COMMAND_CODES, code) ? COMMAND_CODES[code as keyof typeof COMMAND_CODES].hint : undefined

/** A fault with an exit code, a code for programs, and what to do about it (for a code of this package: by its table). Never holds claim values, keys, tokens or national numbers. */
export class CommandError extends Error {
  readonly exit: number
  readonly code: string
  readonly hint: string | undefined
  constructor(exit: number, code: string, message: string, hint?: string) {
    super(message)
    this.exit = exit
    this.code = code
    this.hint = hint ?? hintOf(code)
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
