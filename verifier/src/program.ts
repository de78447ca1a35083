import { runVerbs, type Streams } from '@symbolon/command-line'
import { VERBS } from './commands/index.ts'
import { explain } from './explain.ts'

const PROGRAM = { program: 'symbolon-verifier', summary: 'checks what a citizen shows, with no network', verbs: VERBS, explain }

/** Runs the verifier with these arguments and streams; answers the exit code. */
export const runVerifier = (argv: readonly string[], { stdin, stdout, stderr }: Streams): Promise<number> =>
  runVerbs({ ...PROGRAM, argv, stdin, stdout, stderr })
