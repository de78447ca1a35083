import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { printable } from '@symbolon/credential'
import { CommandError, EXIT, UsageError } from './errors.ts'
import type { Streams } from './prompt.ts'

/** The options of a verb: as node:util's parseArgs wants them, with the words of its help. */
export interface Options {
  readonly [name: string]: {
    readonly type: 'string' | 'boolean'
    readonly multiple?: boolean
    readonly short?: string
    /** What stands for the value in the help, as `FILE`. */
    readonly value?: string
    readonly help: string
  }
}

/** What was given for each option: a text, true, or a list of them; absent when not given. Never an empty text. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]?: O[Name]['multiple'] extends true ? Value<O[Name]['type']>[] : Value<O[Name]['type']>
}
type Value<Type> = Type extends 'boolean' ? true : string

/** What every verb understands. */
const COMMON = {
  home: { type: 'string', value: 'DIR', help: 'the data folder' },
  json: { type: 'boolean', help: 'one JSON document on standard output' },
  help: { type: 'boolean', short: 'h', help: 'this text' },
} as const satisfies Options

/** What a verb is given to work with. */
export interface Context<O extends Options = Options> extends Streams {
  readonly options: Values<O & typeof COMMON>
  readonly operands: readonly string[]
  /** One line for the person (standard error). */
  talk(line: string): void
}

/** What a verb found: printed as `text`, or as `data` with --json. No `exit`: 0. */
export interface Answer {
  readonly exit?: number
  readonly data: unknown
  readonly text: string
}

/** One thing a program can do. A name of several words, `trust add`, is a verb of a group. */
export interface Verb {
  readonly name: string
  readonly summary: string
  /** What follows the name in the usage line. */
  readonly usage: string
  readonly example: string
  readonly options: Options
  /** Least and most number of operands; none when absent. */
  readonly operands?: readonly [least: number, most: number]
  /** More lines for the help: exit codes of its own, what a word means. */
  readonly notes?: string
  /** Nothing answered: nothing printed, exit 0. */
  run(context: Context): Promise<Answer | undefined>
}

/** A verb whose `run` sees its options typed. */
export function verb<const O extends Options>(
  definition: Omit<Verb, 'options' | 'run'> & { options: O; run(context: Context<O>): Promise<Answer | undefined> },
): Verb {
  // Sound: the context is built from these very options by parseArgs, which the type of Values mirrors.
  return definition as Verb
}

/** A program: its verbs, and how it explains the errors of the packages below it. */
export interface Program extends Streams {
  readonly program: string
  readonly summary: string
  readonly verbs: readonly Verb[]
  /** The arguments after the program's name. */
  readonly argv: readonly string[]
  /** Gives an error of a lower floor its exit code and words; null: not known here, so our own fault. */
  explain?(error: unknown): CommandError | null
}

/** Runs the verb that the arguments name, prints its answer or the fault, and answers the exit code. Never throws. */
export async function runVerbs(program: Program): Promise<number> {
  const { stdout, stderr } = program
  // A reader that went away (`| head`) is no fault of ours.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined)
  const json = program.argv.includes('--json')
  try {
    const answer = await run(program)
    if (answer) stdout.write(json ? `${jsonText(answer.data)}\n` : harmless(endLine(answer.text)))
    return answer?.exit ?? EXIT.done
  } catch (error) {
    const fault = error instanceof CommandError ? error : (program.explain?.(error) ?? unexpected(error))
    stderr.write(harmless(`${program.program}: ${fault.message}\n`))
    if (fault.hint !== undefined) stderr.write(harmless(`${fault.hint}\n`))
    if (json) stdout.write(`${jsonText({ error: fault.code, message: fault.message, hint: fault.hint })}\n`)
    return fault.exit
  }
}

/** An error nobody foresaw: its message may hold data, so only its place is shown. */
function unexpected(error: unknown): CommandError {
  const name = error instanceof Error ? error.name : typeof error
  const place =
    error instanceof Error
      ? (error.stack ?? '')
          .split('\n')
          .filter((line) => line.startsWith('    at '))
          .slice(0, 4)
      : []
  return new CommandError(EXIT.internal, 'internal', [`this should not have happened (${name})`, ...place].join('\n'))
}

async function run(program: Program): Promise<Answer | undefined> {
  const { argv, verbs } = program
  const chosen = find(verbs, argv)
  if (!chosen) {
    const group = verbs.filter((verb) => verb.name.startsWith(`${argv[0]} `))
    if (argv.some((word) => ['--help', '-h', 'help'].includes(word))) {
      const text = overview(program, group.length > 0 ? group : verbs)
      return { data: { help: text }, text }
    }
    const names = (group.length > 0 ? group : verbs).map((verb) => verb.name).join(', ')
    const unknown = argv.filter((word) => !word.startsWith('-')).length > (group.length > 0 ? 1 : 0)
    throw new UsageError(`${unknown ? 'there is no such verb; ' : ''}say what to do: ${names}`, `${program.program} --help says more`)
  }
  const { options, operands } = parse(program, chosen, argv.slice(chosen.name.split(' ').length))
  if (options.help) {
    const text = help(program, chosen)
    return { data: { help: text }, text }
  }
  const [least, most] = chosen.operands ?? [0, 0]
  if (operands.length < least || operands.length > most)
    throw misuse(program, chosen, operands.length < least ? 'something is missing' : 'too much was given')
  const { stdin, stdout, stderr } = program
  return chosen.run({ options, operands, stdin, stdout, stderr, talk: (line) => stderr.write(harmless(endLine(line))) })
}

/** The verb with the most words that the arguments begin with. */
function find(verbs: readonly Verb[], argv: readonly string[]): Verb | undefined {
  const matching = verbs.filter(({ name }) => name.split(' ').every((word, at) => argv[at] === word))
  return matching.sort((one, other) => other.name.length - one.name.length)[0]
}

function optionsOf(verb: Verb): Options {
  return { ...verb.options, ...COMMON }
}

function parse(program: Program, verb: Verb, args: string[]): { options: Values<Options & typeof COMMON>; operands: string[] } {
  const config: ParseArgsOptionsConfig = {}
  for (const [name, { type, multiple = false, short }] of Object.entries(optionsOf(verb))) {
    config[name] = { type, multiple, ...(short === undefined ? {} : { short }) }
  }
  let parsed: ReturnType<typeof parseArgs<{ options: typeof config; tokens: true; allowPositionals: true }>>
  try {
    parsed = parseArgs({ args, options: config, tokens: true, allowPositionals: true })
  } catch (error) {
    // parseArgs names the option in its first sentence, never its value.
    throw misuse(program, verb, error instanceof Error ? (error.message.split('. ')[0] ?? '') : 'wrong options')
  }
  const seen = new Set<string>()
  for (const token of parsed.tokens) {
    if (token.kind !== 'option') continue
    if (token.value === '') throw misuse(program, verb, `--${token.name} is empty`)
    if (seen.has(token.name) && !config[token.name]?.multiple) throw misuse(program, verb, `--${token.name} is given twice`)
    seen.add(token.name)
  }
  return { options: parsed.values as Values<Options & typeof COMMON>, operands: parsed.positionals }
}

function misuse(program: Program, verb: Verb, message: string): UsageError {
  // A verb of its group that was misspelled is found as the verb above it.
  const below = program.verbs.filter(({ name }) => name.startsWith(`${verb.name} `)).map(({ name }) => name)
  const others = below.length === 0 ? '' : `\nor one of: ${below.join(', ')}`
  return new UsageError(`${verb.name}: ${message}`, `usage: ${usageLine(program, verb)}\nexample: ${verb.example}${others}`)
}

function usageLine(program: Program, verb: Verb): string {
  return [program.program, verb.name, verb.usage].filter((part) => part !== '').join(' ')
}

function overview(program: Program, verbs: readonly Verb[]): string {
  const width = Math.max(...verbs.map((verb) => verb.name.length))
  const lines = verbs.map((verb) => `  ${verb.name.padEnd(width)}  ${verb.summary}`)
  return [
    `${program.program}: ${program.summary}`,
    '',
    ...lines,
    '',
    `${program.program} VERB --help shows how to use one, with an example.`,
  ].join('\n')
}

function help(program: Program, verb: Verb): string {
  const options = Object.entries(optionsOf(verb)).map(([name, option]) => {
    const short = option.short === undefined ? '' : `-${option.short}, `
    const value = option.type === 'string' ? ` ${option.value ?? 'TEXT'}` : ''
    return [`${short}--${name}${value}`, option.help] as const
  })
  const width = Math.max(...options.map(([left]) => left.length))
  return [
    `${program.program} ${verb.name}: ${verb.summary}`,
    '',
    `usage: ${usageLine(program, verb)}`,
    '',
    ...options.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    ...(verb.notes === undefined ? [] : ['', verb.notes]),
    '',
    `example: ${verb.example}`,
  ].join('\n')
}

/** What JSON.stringify leaves as it is although a terminal obeys it: C1 control characters and marks that turn the direction of writing. */
const STEERING = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** JSON on one line; the same for a program, and harmless where a person reads along. */
export const jsonText = (data: unknown): string =>
  JSON.stringify(data).replace(STEERING, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** The same lines, made safe to print: claims, certificates and messages of peers are the words of strangers. */
const harmless = (text: string): string => text.replace(/[^\n]+/g, (line) => printable(line, Number.POSITIVE_INFINITY))

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}
