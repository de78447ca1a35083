export { VERBS } from './commands/index.ts'
export { WALLET_COMMAND_CODES } from './errors.ts'
