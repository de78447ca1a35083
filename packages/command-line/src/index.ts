export { CommandError, EXIT, RefusedError, SettingsError, UsageError } from './errors.ts'
export { decodeText, exclusively, readInput, readText, writeAtomically } from './files.ts'
export { confirm, type Streams, secret } from './prompt.ts'
export { type Answer, type Context, type Options, runVerbs, type Values, type Verb, verb } from './verbs.ts'
