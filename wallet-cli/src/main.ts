#!/usr/bin/env node
import { runVerbs } from '@symbolon/command-line'
import { VERBS } from './commands/index.ts'
import { trustConnections } from './config.ts'
import { explain } from './explain.ts'

trustConnections()
process.exitCode = await runVerbs({
  program: 'symbolon-wallet',
  summary: 'holds credentials and shows no more of them than is asked for',
  verbs: VERBS,
  argv: process.argv.slice(2),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  explain,
})
